//! What a run of indexing did.

use std::fmt;

use gleaner_store::{Language, Problem};

/// What a run of indexing did. Shown as one line:
/// `412 articles: 3 added, 1 changed, 0 removed, 408 unchanged`; with the language, if it is another
/// than English: `412 articles (german): …`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// Articles in the index now; the sum of `added`, `changed`, `renamed` and `unchanged`.
    pub articles: u64,
    /// Articles that are new.
    pub added: u64,
    /// Articles whose content is another.
    pub changed: u64,
    /// Articles that are gone.
    pub removed: u64,
    /// Articles whose content is the same, whether or not they had to be read to know.
    pub unchanged: u64,
    /// Articles that have another path and the same content.
    pub renamed: u64,
    /// Files that count as articles and were left out; each has a problem that says why.
    pub left_out: u64,
    /// Problems of the files that were read in this run, in the order of their paths.
    pub problems: Vec<Problem>,
    /// Number of problems that files have which were not read again.
    pub standing_problems: u64,
    /// Number of files that were opened.
    pub opened: u64,
    /// Language of the index.
    pub language: Language,
    /// What went wrong after the articles were in the index, each as one sentence without a final dot: files
    /// that could not be removed and go with the next run.
    pub warnings: Vec<String>,
}

impl Report {
    /// Number of files that count as articles by their name: all of them are accounted for.
    pub fn files(&self) -> u64 {
        self.articles + self.left_out
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            articles,
            added,
            changed,
            removed,
            unchanged,
            ..
        } = self;
        let noun = if *articles == 1 {
            "article"
        } else {
            "articles"
        };
        write!(f, "{articles} {noun}")?;
        if self.language != Language::English {
            write!(f, " ({})", self.language)?;
        }
        write!(f, ": {added} added, {changed} changed, {removed} removed, ")?;
        write!(f, "{unchanged} unchanged")?;
        for (count, what) in [(self.renamed, "renamed"), (self.left_out, "left out")] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}
