"""The demo (PKG-02): a mail server inside the process and sample mail, to try the product without a mail account."""
