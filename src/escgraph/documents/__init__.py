"""What people write and read as files: policies in YAML, the SOP, reports, charts."""
