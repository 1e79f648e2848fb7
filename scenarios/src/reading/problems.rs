//! What is wrong with a text, where, and what to write instead; shown as compilers show it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet};

use super::source::Source;

/// How many problems are shown; the rest is counted.
const SHOWN: usize = 20;
/// The longest line that is shown whole \[B\].
const LONGEST_LINE: usize = 400;

/// One thing that is wrong with a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    source: Arc<Source>,
    span: Option<Range<usize>>,
    message: String,
    help: Option<String>,
}

impl Problem {
    /// A problem at a byte range of a source, or with the source as a whole.
    pub fn new(source: &Source, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        Self::shared(&Arc::new(source.clone()), span, message)
    }

    /// The same for a source that many problems share.
    pub(super) fn shared(source: &Arc<Source>, span: Option<Range<usize>>, message: impl Into<String>) -> Self {
        Self { source: Arc::clone(source), span, message: message.into(), help: None }
    }

    /// The problem with a line that says what is allowed.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The name of the source.
    pub fn source_name(&self) -> &str {
        &self.source.name
    }

    /// The text of the source.
    pub(crate) fn source_text(&self) -> &str {
        &self.source.text
    }

    /// Line and column, both from 1, the column in characters; none when the problem is with the whole source.
    pub fn position(&self) -> Option<(usize, usize)> {
        let before = self.source.text.get(..self.span.as_ref()?.start)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some((1 + before.matches('\n').count(), 1 + before[line_start..].chars().count()))
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is allowed.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    fn render(&self, renderer: &Renderer) -> String {
        let title = Level::ERROR.primary_title(&*self.message);
        let help = self.help.as_deref().map(|help| Level::HELP.message(help));
        let Some((line, column)) = self.position() else {
            let group = title.element(Origin::path(&*self.source.name)).elements(help);
            return renderer.render(&[group]);
        };
        let span = self.span.clone().unwrap_or_default();
        let line_start = self.source.text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let text = self.source.text[line_start..].lines().next().unwrap_or_default();
        if text.len() > LONGEST_LINE {
            let origin = Origin::path(&*self.source.name).line(line).char_column(column);
            return renderer.render(&[Group::with_title(title).element(origin).elements(help)]);
        }
        // A caret under the first line of a long value says where; the lines below would only hide the message.
        let marked = (span.start - line_start).min(text.len())..(span.end - line_start).min(text.len());
        let snippet = Snippet::source(text)
            .line_start(line)
            .path(&*self.source.name)
            .annotation(AnnotationKind::Primary.span(marked));
        renderer.render(&[title.element(snippet).elements(help)])
    }
}

/// Everything that is wrong, in the order of the sources and of the places in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// No problems yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are, those included that are not shown.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// The first twenty as a compiler shows them, then how many more there are; `colour` for a terminal.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let mut text: Vec<_> = self.iter().take(SHOWN).map(|problem| problem.render(&renderer)).collect();
        if self.len() > SHOWN {
            text.push(format!("… and {} more", self.len() - SHOWN));
        }
        text.join("\n\n")
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl FromIterator<Problem> for Problems {
    fn from_iter<I: IntoIterator<Item = Problem>>(problems: I) -> Self {
        Self(problems.into_iter().collect())
    }
}
