// Two of the theme's elements have no name for a screen reader: its search, and the buttons that
// open a note on a line of code, which appear after the page was loaded.
const name = () => {
  for (const link of document.querySelectorAll(".md-annotation__index:not([aria-label])")) {
    link.setAttribute("aria-label", "Note on this line");
  }
};
document.querySelector(".md-search")?.setAttribute("aria-label", "Search");
name();
new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
