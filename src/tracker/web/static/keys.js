// Keys for those who like them: / search, j and k the next and the one before, g and a letter
// to a page, ? what keys there are. Where somebody types, or holds Ctrl or Alt, they do nothing.
const places = { d: "/", t: "/inbox", l: "/projects", f: "/follow-ups", q: "/questions", i: "/imports", r: "/reports" };
const help = document.getElementById("keys");
let led = false;

function isTyping(target) {
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}

function rows() {
  return [...document.querySelectorAll("main tbody th a, main .card-head a")];
}

function step(by) {
  const links = rows();
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  if (next) next.focus();
}

function turn(event, way) {
  const link = document.querySelector(`main a[rel=${way}]`);
  if (link) { event.preventDefault(); location.assign(link.href); }
}

function decide(event) {
  const field = document.querySelector("main input[data-decision]");
  if (field) { event.preventDefault(); field.focus(); }
}

function search() {
  const box = document.querySelector("main input[type=search]");
  if (box) box.focus();
  else if (document.querySelector('nav a[href="/projects"]')) location.assign("/projects?focus=1");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  if (led) {
    led = false;
    const place = places[event.key];
    if (place && document.querySelector(`nav a[href="${place}"]`)) location.assign(place);
    return;
  }
  if (event.key === "/") { event.preventDefault(); search(); }
  else if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "ArrowRight" || event.key === "PageDown") turn(event, "next");
  else if (event.key === "ArrowLeft" || event.key === "PageUp") turn(event, "prev");
  else if (event.key === "n") decide(event);
  else if (event.key === "g") led = true;
  else if (event.key === "?" && help && !help.open) help.showModal();
});

if (new URLSearchParams(location.search).get("focus")) search();
