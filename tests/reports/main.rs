//! The reports for CI: JUnit, Markdown and GitHub's annotations. They are read as their readers read them, of runs made up
//! here, and of runs of the binary.

mod annotations;
mod files;
mod json;
mod junit;
mod made;
mod page;
#[path = "../front/cli/process.rs"]
mod process;
mod words;
