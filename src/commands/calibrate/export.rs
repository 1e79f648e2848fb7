//! `calibrate --export`: a calibration in the format of another tool.

use std::path::Path;

use calibrate::{Calibration, export};

use super::{Answer, Failure, print};
use crate::args::{Common, ExportFormat};
use crate::terminal;

/// Writes the files below the output folder.
pub fn run(format: ExportFormat, calibration: &Path, common: &Common) -> Result<Answer, Failure> {
    if !calibration.exists() {
        let help = "name a calibration, or make one with `proofcast calibrate`";
        return Err(Failure::because(format!("there is no {}\n  = help: {help}", calibration.display())));
    }
    let calibration = Calibration::read(calibration).map_err(Failure::because)?;
    if let Some(missing) = &calibration.partial {
        terminal::tell(&format!("warning: the calibration is partial: {missing}"));
    }
    let files = match format {
        ExportFormat::Criterion => export::criterion(&calibration),
        ExportFormat::Csv => vec![export::csv(&calibration)],
        ExportFormat::Bmf => vec![export::bmf(&calibration)],
    };
    let mut wrote = Vec::new();
    for (name, bytes) in &files {
        let path = common.out.join(name);
        let folder = path.parent().unwrap_or(&common.out);
        let failure = |error| Failure::because(format!("cannot write {}: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(failure)?;
        wrote.push(reports::files::write(&path, bytes).map_err(Failure::because)?);
    }
    let shown: Vec<String> = wrote.iter().map(|path| path.display().to_string()).collect();
    if common.json {
        print(&format!("{:#}\n", serde_json::json!({ "wrote": shown })))?;
    } else {
        let what = match wrote.as_slice() {
            [file] => file.display().to_string(),
            files => format!("{} files to {}", files.len(), common.out.join("criterion").display()),
        };
        print(&format!("wrote {what}\n"))?;
    }
    Ok(Answer::Done)
}
