//! The reports for CI: JUnit, Markdown and GitHub's annotations. They are read as their readers read them, of runs made up
//! here, and of runs of the binary.

#[path = "reports/annotations.rs"]
mod annotations;
#[path = "reports/files.rs"]
mod files;
#[path = "reports/junit.rs"]
mod junit;
#[path = "reports/made.rs"]
mod made;
#[path = "reports/page.rs"]
mod page;
#[path = "cli/process.rs"]
mod process;
