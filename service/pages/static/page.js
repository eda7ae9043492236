"use strict";
// Lets a file be dropped anywhere on the frame around the field; everything else works without this script.
const drop = document.getElementById("drop");
if (drop) {
  const field = document.getElementById("file");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; field.focus(); }
  });
}
