"""How a page looks: on a screen, in the dark, on a phone and on paper."""

STYLE = """\
:root { color-scheme: light dark; --ink: #1b1b1b; --soft: #595959; --rule: #c4c4c4;
  --band: #f3f3f3; --paper: #fff; --link: #0a4a8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e9e9; --soft: #b0b0b0; --rule: #555;
  --band: #262626; --paper: #181818; --link: #8ab8f0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
h1 { font-size: 1.8rem; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--rule);
  padding-bottom: .2rem; }
h3 { font-size: 1.08rem; margin: 1.5rem 0 .4rem; }
p, li { overflow-wrap: anywhere; max-width: 44rem; }
blockquote { margin: .6rem 0; padding: .1rem 0 .1rem .9rem; border-left: 3px solid var(--rule);
  max-width: 44rem; overflow-wrap: anywhere; }
ul, ol { padding-left: 1.4rem; }
li { margin: .2rem 0; }
a { color: var(--link); overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { border: 1px solid var(--rule); padding: .35rem .55rem; text-align: start;
  vertical-align: top; white-space: pre-wrap; min-width: 5.5rem; max-width: 26rem;
  overflow-wrap: break-word; }
th { background: var(--band); }
.number { text-align: end; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; overflow-x: auto; background: #fff; }
figure svg { max-width: 100%; height: auto; display: block; }
@page { margin: 16mm; }
@media print {
  :root { --ink: #000; --soft: #333; --rule: #888; --band: #eee; --paper: #fff; --link: #000; }
  main { max-width: none; padding: 0; }
  body { font-size: 10pt; }
  .table { overflow: visible; break-inside: avoid; }
  th, td { min-width: 0; }
  thead { display: table-header-group; }
  tr, figure, caption { break-inside: avoid; }
  h1, h2, h3, caption { break-after: avoid; }
}
"""
