//! What is put first of a kind of system, in sentences, tables, sweeps and studies: as data, so that nothing else knows the kind.

use models::system::Counted;

use crate::summary::Summary;
use crate::systems;

/// A figure with what its column is called; lines are broken by hand, since columns are narrow.
#[derive(Debug, Clone, Copy)]
pub struct Headline {
    /// The figure.
    pub metric: &'static str,
    /// Its heading.
    pub heading: &'static str,
}

impl Headline {
    /// A figure under a heading.
    pub(crate) const fn new(metric: &'static str, heading: &'static str) -> Self {
        Self { metric, heading }
    }
}

/// A figure that kinds of systems share, each under a metric of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Common {
    /// From the submission of a request until it is answered, or included so that only a failure that is proven takes it back.
    SoftFinality,
    /// Until nothing takes it back.
    HardFinality,
    /// Until assets may leave with it.
    Withdrawal,
    /// The share of the requests that get none of this.
    Missed,
    /// Capital that is bound in bonds.
    Bonds,
    /// Capital that is bound in what is paid out early.
    FastWithdrawals,
}

impl Common {
    /// All of them, in the order of an answer.
    pub const ALL: [Self; 6] =
        [Self::SoftFinality, Self::HardFinality, Self::Withdrawal, Self::Missed, Self::Bonds, Self::FastWithdrawals];

    /// Its name among the figures of a row; that of a time goes on with the statistic.
    pub fn name(self) -> &'static str {
        match self {
            Self::SoftFinality => "soft_finality",
            Self::HardFinality => "hard_finality",
            Self::Withdrawal => "withdrawal",
            Self::Missed => "missed",
            Self::Bonds => "capital.bonds",
            Self::FastWithdrawals => "capital.fast_withdrawals",
        }
    }

    /// Its name in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::SoftFinality => "soft finality",
            Self::HardFinality => "hard finality",
            Self::Withdrawal => "withdrawal",
            Self::Missed => "missed",
            Self::Bonds => "bound in bonds",
            Self::FastWithdrawals => "bound for fast withdrawals",
        }
    }

    /// What its name, and that of its metric, go on with: the statistics of a time, nothing for an amount.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::SoftFinality | Self::HardFinality | Self::Withdrawal => &[".p50", ".p99"],
            Self::Missed | Self::Bonds | Self::FastWithdrawals => &[""],
        }
    }

    /// Whether it is a time.
    pub fn is_time(self) -> bool {
        self.endings().len() > 1
    }

    /// Whether it is an amount of capital.
    pub fn is_capital(self) -> bool {
        matches!(self, Self::Bonds | Self::FastWithdrawals)
    }
}

/// What a figure that kinds share is of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Shared {
    /// The figure.
    pub common: Common,
    /// The metric of the kind; of a time without its statistic.
    pub metric: &'static str,
    /// What it is there, in words: of a time, until when it lasts.
    pub words: &'static str,
}

/// What the best of several designs has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// The least cost of a request that it carries.
    LeastCost,
    /// The most of a figure that is earned.
    MostEarned(&'static str),
}

/// What is put first of a kind, or of one of the sides that it can be asked from.
#[derive(Debug)]
pub struct Headlines {
    /// Name of the kind, and of the side where it is not the one of who pays for requests.
    pub kind: &'static str,
    /// What designs are ranked by.
    pub aim: Aim,
    /// What requests are counted in.
    pub request: Counted,
    /// What waits for machines, in the plural.
    pub waits: &'static str,
    /// What the first table of an outcome is about.
    pub load: &'static str,
    /// What the times that designs are compared by are called: "time to finality".
    pub time: &'static str,
    /// The figures of these times, and of what belongs beside them.
    pub compared: &'static [Headline],
    /// Bill and machines, for what a switch changes.
    pub money: &'static [Headline],
    /// Times, and what belongs beside them, for what a switch changes.
    pub times: &'static [Headline],
    /// Times that a switch is judged by: more is worse.
    pub judged: &'static [&'static str],
    /// What swings are told of, the first being what inputs are sorted by.
    pub swung: &'static [&'static str],
    /// What a sweep shows, and where designs may overtake each other.
    pub swept: &'static [&'static str],
    /// What a request passes one after the other: a latency from its submission, without the statistic, and what it waits for there, in
    /// words; nothing where its steps are told by their own figures.
    pub milestones: &'static [(&'static str, &'static str)],
    /// Which of its metrics the figures are that kinds share; nothing of what the kind has not.
    pub shared: &'static [Shared],
    /// What a design gives, in a part of a sentence.
    pub(crate) told: fn(&Summary) -> String,
}

/// A kind has one.
impl PartialEq for Headlines {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Headlines {
    /// Those of a kind by its name.
    pub fn of(kind: &str) -> Option<&'static Self> {
        systems::headlines().into_iter().find(|headlines| headlines.kind == kind)
    }

    /// The figure of what a million requests cost.
    pub fn per_million(&self) -> String {
        format!("cost.per_million_{}", self.request.words)
    }
}
