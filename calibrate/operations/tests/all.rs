//! All operations at once: names, sizes, and that each is run and checked.

use calibrate::Operation;
use operations::{all, memory_probe};

#[test]
fn names_are_dotted_unique_and_described() {
    let operations = all();
    let mut names: Vec<&str> = operations.iter().map(Operation::name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), operations.len());
    for operation in &operations {
        let description = operation.description();
        assert!(description.name.contains('.') && !description.statement.is_empty(), "{description:?}");
        let version = description.library.split(' ').nth(1).unwrap_or_default();
        assert!(version.split('.').count() == 3, "no version in {:?}", description.library);
    }
}

/// At its smallest size.
pub fn is_run_and_checked(operation: &Operation) {
    let size = operation.sizes()[0];
    let mut instance = operation.prepare(size).unwrap_or_else(|error| panic!("{}: {error}", operation.name()));
    assert!(instance.verify().is_err(), "{}: nothing was run yet", operation.name());
    instance.run();
    instance.verify().unwrap_or_else(|error| panic!("{}: {error}", operation.name()));
}

#[test]
fn every_operation_is_run_and_checked() {
    // Those of recursion are run by their own test, which needs their circuits all the same.
    let here = |operation: &&Operation| operation.description().suite != "recursion";
    all().iter().filter(here).for_each(is_run_and_checked);
}

#[test]
fn a_size_that_cannot_be_is_an_error() {
    for operation in all() {
        assert!(operation.prepare(0).is_err(), "{} has no size 0", operation.name());
    }
    assert!(memory_probe("no.such", 1).is_err());
}
