"""Pairs of reports of one category and component: of the same issue, and of two issues."""

SAME = (
    (
        ("Mail is down", "Nobody gets mail since nine o'clock"),
        ("No mail since this morning", "Our team gets no mail since nine"),
    ),
    (
        ("Search is slow", "Each search takes a minute"),
        ("Search very slow", "A search takes more than a minute"),
    ),
    (
        ("Login fails with error 500", "Users cannot log in to the portal, error 500 is shown"),
        ("Error 500 at login", "Cannot log in: the portal shows error 500"),
    ),
    (
        ("Printer on floor 3 does not print", "Jobs stay in the queue, nothing is printed"),
        ("Printer floor 3 not printing", "Print jobs stay in the queue"),
    ),
    (
        (
            "VPN disconnects every few minutes",
            "The VPN drops the connection every 5 minutes from home",
        ),
        ("VPN drops connection", "From home office the VPN disconnects every five minutes"),
    ),
    (
        (
            "Checkout page times out",
            "Customers report that the checkout page times out after payment",
        ),
        (
            "Timeout on checkout",
            "After payment the checkout page runs into a timeout, customers call us",
        ),
    ),
    (
        ("Cannot export report to PDF", "Export to PDF hangs and no file is downloaded"),
        ("PDF export of reports hangs", "When I export the report to PDF it hangs, no download"),
    ),
    (
        ("Disk full on db-01", "Alert: /var on db-01 is 98% full"),
        ("db-01: disk full", "/var is full on db-01, alert fired"),
    ),
    (
        ("Webshop zeigt leere Seite", "Seit dem Update zeigt der Webshop nur eine leere Seite"),
        ("Leere Seite im Webshop", "Der Webshop zeigt seit dem Update eine leere Seite"),
    ),
    (
        ("SAP login not possible", "User can not login to SAP since password change"),
        ("Login to SAP impossible", "After the password change SAP login not possible"),
    ),
    (
        (
            "Certificate expired on api.example.org",
            "TLS handshake fails, certificate expired yesterday",
        ),
        ("api.example.org: expired certificate", "Clients fail with certificate expired"),
    ),
    (
        (
            "ALERT: node web-7 unreachable",
            "Monitoring: node web-7 does not answer ping since 02:14",
        ),
        (
            "ALERT: node web-7 unreachable",
            "Monitoring: node web-7 does not answer ping since 02:19",
        ),
    ),
    (
        ("Images missing in newsletter", "Pictures are not shown in the newsletter preview"),
        ("Newsletter: images are missing", "The newsletter preview shows no pictures"),
    ),
    (
        ("Emails arrive with delay", "Mails arrive two hours late"),
        ("Delay of incoming emails", "Incoming mails come about 2 hours late"),
    ),
)

OTHER = (
    (
        ("Mail is down", "Nobody gets mail since nine o'clock"),
        ("Mail signature is wrong", "The signature below my mails shows the old address"),
    ),
    (
        ("Search is slow", "Each search takes a minute"),
        ("Search ignores umlauts", "Searching for Müller finds nothing"),
    ),
    (
        ("Login fails with error 500", "Users cannot log in to the portal, error 500 is shown"),
        ("Login page shows old logo", "The portal's login page still shows the old company logo"),
    ),
    (
        ("Printer on floor 3 does not print", "Jobs stay in the queue, nothing is printed"),
        ("Printer on floor 3 out of toner", "Please replace the toner, the display says empty"),
    ),
    (
        (
            "VPN disconnects every few minutes",
            "The VPN drops the connection every 5 minutes from home",
        ),
        ("VPN account for new colleague", "Please set up access for Jane who starts on Monday"),
    ),
    (
        (
            "Checkout page times out",
            "Customers report that the checkout page times out after payment",
        ),
        (
            "Checkout shows wrong tax",
            "The tax for Austria is computed with 19 instead of 20 per cent",
        ),
    ),
    (
        ("Cannot export report to PDF", "Export to PDF hangs and no file is downloaded"),
        ("Report totals are wrong", "Totals of the monthly report do not match the ledger"),
    ),
    (
        ("Disk full on db-01", "Alert: /var on db-01 is 98% full"),
        ("Replication lag on db-02", "Alert: db-02 is 300 seconds behind"),
    ),
    (
        ("Webshop zeigt leere Seite", "Seit dem Update zeigt der Webshop nur eine leere Seite"),
        ("Webshop: Preise ohne Steuer", "Die Preise werden im Webshop netto angezeigt"),
    ),
    (
        ("SAP login not possible", "User can not login to SAP since password change"),
        ("SAP print layout broken", "Invoices are printed with a shifted layout"),
    ),
    (
        (
            "Certificate expired on api.example.org",
            "TLS handshake fails, certificate expired yesterday",
        ),
        (
            "Rate limit on api.example.org too low",
            "Partners hit 429 answers, please raise the limit",
        ),
    ),
    (
        ("Images missing in newsletter", "Pictures are not shown in the newsletter preview"),
        ("Newsletter sent twice", "Recipients got the newsletter two times today"),
    ),
    (
        ("Emails arrive with delay", "Mails arrive two hours late"),
        ("Emails cannot be deleted", "Deleting a mail shows an error and it stays"),
    ),
    (
        ("Search is slow", "Each search takes a minute"),
        ("Search finds deleted documents", "Documents that were deleted are still found"),
    ),
    (
        ("Cannot log in", "I forgot my password"),
        ("Cannot log out", "The logout button does nothing"),
    ),
    (
        ("Button is green", "It should be blue according to the style guide"),
        ("Button is misplaced", "It should be on the right according to the style guide"),
    ),
    (
        (
            "ALERT: node web-7 unreachable",
            "Monitoring: node web-7 does not answer ping since 02:14",
        ),
        (
            "ALERT: node web-3 disk full",
            "Monitoring: node web-3 has no space left on /var since 04:00",
        ),
    ),
)
