"""What people read: a decision, a list or a check, for a terminal, a document or a browser.

`report` and `bundles` describe a page as data (`content`); `text`, `markdown` and `html` turn such
a page into their medium. They show the same facts, since none of them decides what is shown, and
each escapes every string for its medium.
"""
