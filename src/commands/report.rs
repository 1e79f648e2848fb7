//! `report`: page, charts and tables again, of the documents that a verb has left in a folder.

use super::compare::check_folder;
use super::documents::{self, Document};
use super::{Answer, Failure, print};
use crate::args::{Common, Report};
use crate::terminal;

/// Draws all that is found, into the same folder unless another is named.
pub fn run(options: &Report, common: &Common) -> Result<Answer, Failure> {
    let folder = if common.out_is_named { &common.out } else { &options.folder };
    // All are read before the first is drawn.
    let documents = documents::of_folder(&options.folder)?;
    check_folder(folder)?;
    let several = documents.len() > 1;
    for Document { path, kept, .. } in &documents {
        if kept.is_short() {
            let name = path.display();
            terminal::tell(&format!("note: {name} has no values behind its numbers, so charts of them are left out"));
        }
    }
    let names: Vec<String> = documents.iter().map(|of| of.path.display().to_string()).collect();
    for (Document { text, kept, .. }, name) in documents.into_iter().zip(&names) {
        let files = reports::files::write_again(folder, &kept, text).map_err(Failure::because)?;
        print(&format!("wrote {} of {name} to {}\n", reports::files::in_words(&files), folder.display()))?;
    }
    if let Some(last) = names.last().filter(|_| several) {
        print(&format!("report.html is the page of {last}, which was written last\n"))?;
    }
    Ok(Answer::Done)
}
