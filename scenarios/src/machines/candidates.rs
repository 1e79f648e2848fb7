//! The machines that a pool may be made of: those of the book that its key names, and those of the price list where it is left open.

mod figure;

use serde::{Deserialize, Serialize};

use super::{Rented, named, priced};
use crate::fault::Lack;
use crate::prices::{DESIGN, Instance, names};
use crate::reading::meant;
use crate::sizing::Sizing;
use crate::spec::{ANY, Book, Machine, MachineNames};
use crate::world::World;
use figure::Figure;

/// A machine that was not taken, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// Instance and provider.
    pub machine: String,
    /// Why, in words.
    pub why: String,
}

/// The machines that there are for a pool.
#[derive(Debug, Clone)]
pub(crate) struct Candidates {
    /// The key that names them.
    pub(crate) key: String,
    /// Those that are known and have a price, in the order of the key; of the price list by provider and name.
    pub(crate) machines: Vec<Rented>,
    /// Those that are not taken into account.
    pub(crate) excluded: Vec<Excluded>,
    /// Whether the key leaves it open which one it is.
    pub(crate) open: bool,
}

impl Candidates {
    /// The one that was decided on, where one was.
    ///
    /// # Errors
    /// There is none of that name.
    pub(crate) fn decided(mut self, machine: Option<&str>) -> Result<Self, Lack> {
        let Some(name) = machine else { return Ok(self) };
        self.machines.retain(|rented| rented.key_name() == name);
        self.open = false;
        match self.machines.is_empty() {
            true => Err(Lack {
                message: format!("there is no `{name}` among the machines of this pool"),
                in_book: format!("machines.{name}"),
                key: self.key,
            }),
            false => Ok(self),
        }
    }

    /// What they are called, each once.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.machines.iter().map(Rented::key_name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// What a key names, for a pool whose machines serve these costs; what it names exactly must be there. As specified a pool has the first machine that its key names, if that is one of
/// the book.
pub(crate) fn candidates(
    on: (&Book, World<'_>),
    sizing: Sizing,
    (key, costs): (&str, &[&str]),
    said: &MachineNames,
) -> Result<Candidates, Lack> {
    let figure = Figure::of(on.0, costs);
    let all = match sizing {
        Sizing::Specified if !is_open(on.0, said.first()) => &said.all()[..1],
        Sizing::Specified | Sizing::Sized => said.all(),
    };
    let open = all.len() > 1 || all.iter().any(|name| is_open(on.0, name));
    let mut found = Candidates { key: key.to_owned(), machines: Vec::new(), excluded: Vec::new(), open };
    for name in all {
        if is_open(on.0, name) {
            of_list(on, key, (name, &figure), &mut found)?;
        } else {
            found.machines.push(named(on, key, name)?);
        }
    }
    if found.machines.is_empty() {
        return Err(none(key, said, &found.excluded));
    }
    Ok(found)
}

/// Whether a name stands for machines of the price list.
fn is_open(book: &Book, name: &str) -> bool {
    !book.machines.contains_key(name) && (name == ANY || name.contains('/'))
}

/// Adds the machines of the price list that a name stands for. What a design's authors say that a machine costs is no offer, unless it
/// is named.
fn of_list(
    (book, world): (&Book, World<'_>),
    key: &str,
    (name, figure): (&str, &Figure),
    found: &mut Candidates,
) -> Result<(), Lack> {
    let fits = |one: &&Instance| match name {
        ANY => one.provider != DESIGN,
        pattern => names(pattern, &one.provider, &one.name),
    };
    let all = book.rates.list.instances();
    let fitting: Vec<&Instance> = all.iter().filter(fits).collect();
    if fitting.is_empty() {
        let known: Vec<String> = all.iter().map(|one| format!("{}/{}", one.provider, one.name)).collect();
        let near = meant(name, known.iter().map(String::as_str));
        let message = format!(
            "no machine of the price list is `{name}`; {near}`proofcast list prices` shows all; or name one of the book"
        );
        return Err(Lack { key: key.to_owned(), in_book: format!("machines.{name}"), message });
    }
    for one in fitting {
        match offered(book, one, figure)
            .and_then(|machine| priced((book, world), None, &machine).map_err(|lack| lack.message))
        {
            Ok(rented) => found.machines.push(rented),
            Err(why) => found.excluded.push(Excluded { machine: format!("{} of {}", one.name, one.provider), why }),
        }
    }
    Ok(())
}

/// A machine of the price list as a pool takes it by need.
fn offered(book: &Book, one: &Instance, figure: &Figure) -> Result<Machine, String> {
    if let Some((gpus, speed)) = figure.gpus(one)? {
        return Ok(Machine::by_need(&book.any, one, gpus, speed));
    }
    let cores = one.cores.filter(|cores| *cores >= 1.0).ok_or(
        "nobody says how many physical cores it has; `--prices FILE` with a column `cores` does, or a machine of the book",
    )?;
    Ok(Machine::by_need(&book.any, one, cores as u64, book.any.speed.clone()))
}

/// There is no machine at all.
fn none(key: &str, said: &MachineNames, excluded: &[Excluded]) -> Lack {
    let first = excluded.first().map_or(String::new(), |first| format!("; {}: {}", first.machine, first.why));
    let message = format!("none of the machines that `{}` stands for can be taken{first}", said.all().join(", "));
    Lack { key: key.to_owned(), in_book: "any".into(), message }
}
