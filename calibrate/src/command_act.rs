//! A command of the user's own as an act: measured like the acts of the program.
//!
//! A run is one run of the command; its time is that of the process, wall and CPU. What it prints is its result: the number of its
//! bytes is the size, a further command may check it, and JSON objects on lines of it may carry counters.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use crate::command::{self, Finished};
use crate::operation::{Description, Instance, Operation, OperationError, Usage};
use crate::own_operation::{OWN_SUITE, OwnOperation, PLACEHOLDER};

impl Operation {
    /// An operation from the definition of a command.
    ///
    /// # Panics
    /// As [`Operation::new`], and if a command has no word.
    pub fn own(definition: OwnOperation) -> Self {
        let commands = [Some(&definition.command), definition.setup.as_ref(), definition.verify.as_ref()];
        assert!(commands.into_iter().flatten().all(|words| !words.is_empty()), "a command has at least its program");
        let description = Description {
            name: definition.name.clone(),
            statement: definition.statement.clone(),
            lower_bound: None,
            library: definition.command.join(" "),
            size_unit: definition.size_unit.clone(),
            suite: OWN_SUITE.to_owned(),
            quick: true,
            scaling: None,
            claimed: None,
        };
        let sizes = definition.sizes.clone();
        let shared = Rc::new(definition.clone());
        let prepare = move |size| {
            let act = Act { definition: Rc::clone(&shared), size, last: None };
            if let Some(setup) = &act.definition.setup {
                act.run("setup", setup, Vec::new())?;
            }
            Ok(Box::new(act) as Box<dyn Instance>)
        };
        Self::new(description, &sizes, prepare).defined_by(definition)
    }
}

/// A command at one size.
struct Act {
    definition: Rc<OwnOperation>,
    size: u64,
    /// What the last run gave, or why the first that failed did.
    last: Option<Result<(Usage, Vec<u8>), OperationError>>,
}

impl Act {
    /// Runs one of the commands; `key` says which, for messages.
    fn run(&self, key: &str, words: &[String], input: Vec<u8>) -> Result<Finished, OperationError> {
        let size = self.size.to_string();
        let words: Vec<String> = words.iter().map(|word| word.replace(PLACEHOLDER, &size)).collect();
        let limit = Duration::from_secs_f64(self.definition.timeout_s);
        command::run(&words, &self.definition.folder, input, limit).map_err(|reason| self.error(key, &reason))
    }

    fn error(&self, key: &str, reason: &str) -> OperationError {
        let OwnOperation { name, file, .. } = &*self.definition;
        OperationError::new(format!("{}: `operation.{name}.{key}`: {reason}", file.display()))
    }

    fn once(&self) -> Result<(Usage, Vec<u8>), OperationError> {
        let Finished { wall_s, cpu_s, peak_memory_bytes, output } =
            self.run("command", &self.definition.command, Vec::new())?;
        let counters = counters(&self.definition.counters, &output).map_err(|missing| {
            let text = String::from_utf8_lossy(&output);
            let last = text.lines().next_back().map_or("nothing".to_owned(), |line| format!("`{}`", shortened(line)));
            let wanted = "a JSON object on a line of the command's standard output";
            self.error("counters", &format!("no number `{missing}` in {wanted}; its last line is {last}"))
        })?;
        Ok((Usage { wall_s, cpu_s, peak_memory_bytes, counters }, output))
    }
}

impl Instance for Act {
    fn run(&mut self) {
        // The first failure is what the user needs to see, so nothing is run after it.
        if !matches!(self.last, Some(Err(_))) {
            self.last = Some(self.once());
        }
    }

    fn verify(&self) -> Result<(), OperationError> {
        let (_, output) = match &self.last {
            None => return Err(OperationError::new("nothing was run yet, so there is nothing to check")),
            Some(last) => last.as_ref().map_err(Clone::clone)?,
        };
        match &self.definition.verify {
            None => Ok(()),
            Some(verify) => self.run("verify", verify, output.clone()).map(drop),
        }
    }

    fn output_bytes(&self) -> Option<u64> {
        self.last.as_ref()?.as_ref().ok().map(|(_, output)| output.len() as u64)
    }

    fn usage(&self) -> Option<&Usage> {
        self.last.as_ref()?.as_ref().ok().map(|(usage, _)| usage)
    }
}

/// The named numbers in the JSON objects of a text, the last of each; the first that is missing is the error.
fn counters(names: &[String], output: &[u8]) -> Result<BTreeMap<String, f64>, String> {
    if names.is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = String::from_utf8_lossy(output);
    let objects = text.lines().filter(|line| line.trim_start().starts_with('{'));
    let objects: Vec<serde_json::Map<String, serde_json::Value>> =
        objects.filter_map(|line| serde_json::from_str(line).ok()).collect();
    let number = |name: &String| objects.iter().rev().find_map(|object| object.get(name)?.as_f64());
    names.iter().map(|name| Ok((name.clone(), number(name).ok_or_else(|| name.clone())?))).collect()
}

/// A line as far as a message shows it.
fn shortened(line: &str) -> String {
    const SHOWN: usize = 80;
    if line.chars().count() <= SHOWN { line.to_owned() } else { line.chars().take(SHOWN).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).into()
    }

    fn definition(script: &str) -> OwnOperation {
        OwnOperation {
            name: "mine".into(),
            statement: "a shell script".into(),
            command: shell(script),
            sizes: vec![1, 4],
            size_unit: "things".into(),
            setup: None,
            verify: None,
            timeout_s: 10.0,
            counters: Vec::new(),
            file: "own.toml".into(),
            folder: "/".into(),
        }
    }

    #[test]
    fn a_command_is_an_operation_with_output_counters_and_clocks() {
        let counted = OwnOperation {
            counters: vec!["cycles".into()],
            verify: Some(shell("test $(cat | wc -l) -eq 3")),
            ..definition("echo '{\"cycles\": 1}'; echo size {size}; echo '{\"cycles\": {size}00, \"else\": null}'")
        };
        let operation = Operation::own(counted.clone());
        assert!(operation.is_checked() && operation.definition() == Some(&counted));
        let mut act = operation.prepare(4).expect("there is no setup");
        assert!(act.verify().is_err() && act.usage().is_none(), "nothing was run");
        act.run();
        act.verify().expect("three lines");
        let printed = "{\"cycles\": 1}\nsize 4\n{\"cycles\": 400, \"else\": null}\n";
        assert_eq!(act.output_bytes(), Some(printed.len() as u64));
        let usage = act.usage().expect("it ran");
        assert_eq!(usage.counters["cycles"], 400.0);
        assert!(usage.wall_s > 0.0 && usage.cpu_s > 0.0);
    }

    #[test]
    fn setup_runs_first_and_its_failure_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let prepared = OwnOperation {
            setup: Some(shell("echo made > made-{size}")),
            folder: folder.path().to_owned(),
            ..definition("cat made-{size}")
        };
        let mut act = Operation::own(prepared).prepare(1).expect("it is set up");
        act.run();
        assert_eq!((act.verify(), act.output_bytes()), (Ok(()), Some(5)));
        let broken = OwnOperation { setup: Some(shell("exit 9")), ..definition("true") };
        let error = Operation::own(broken).prepare(1).err().expect("it fails").to_string();
        assert!(error.starts_with("own.toml: `operation.mine.setup`: ") && error.contains("exit status: 9"), "{error}");
    }

    #[test]
    fn the_first_failure_stays_and_names_file_operation_and_key() {
        let error = |definition: OwnOperation| {
            let mut act = Operation::own(definition).prepare(4).expect("there is no setup");
            act.run();
            act.run();
            act.verify().expect_err("it fails").to_string()
        };
        let failed = error(definition("echo at {size} >&2; exit 1"));
        assert!(failed.starts_with("own.toml: `operation.mine.command`: ") && failed.ends_with(": at 4"), "{failed}");
        let rejected = error(OwnOperation { verify: Some(shell("echo bad proof >&2; exit 1")), ..definition("echo") });
        assert!(rejected.contains("`operation.mine.verify`") && rejected.ends_with("bad proof"), "{rejected}");
        let uncounted = OwnOperation { counters: vec!["cycles".into()], ..definition("echo '{\"cycle\": 3}'") };
        let uncounted = error(uncounted);
        assert!(uncounted.contains("no number `cycles`") && uncounted.contains("{\"cycle\": 3}"), "{uncounted}");
        let late = error(OwnOperation { timeout_s: 0.1, ..definition("sleep 60") });
        assert!(late.contains("killed after 0.1 s"), "{late}");
    }
}
