//! Articles like a given one, for reading.

use std::io::Write;

use anstyle::Style as Ansi;
use gleaner::{ArticlePath, Date, Freshness, SimilarPage};

use super::{INDENT, Style, copies, day, write_freshness, write_wrapped};
use crate::console::{Console, Stream};
use crate::failure::Failure;
use crate::output::Paths;

/// Writes the articles like a given one: each with title, place, labels and reasons.
pub(crate) fn write_similar(
    page: &SimilarPage,
    paths: &Paths,
    style: Style,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let width = console.width;
    for copy in &page.copies {
        let percent = (copy.likeness * 100.0).round();
        let lines = SimilarLines {
            lead: "=".to_owned(),
            title: &copy.title,
            path: &copy.path,
            freshness: Freshness::Unknown,
            labels: joined_labels(copy.date, copy.provider.as_deref()),
            reasons: format!("near copy ({percent} %)"),
        };
        lines.write(paths, style, width, &mut console.out)?;
    }
    for hit in &page.hits {
        let mut reasons: Vec<String> = hit.reasons.iter().map(ToString::to_string).collect();
        reasons.extend((!hit.copies.is_empty()).then(|| copies(&hit.copies)));
        let lines = SimilarLines {
            lead: format!("{}.", hit.rank),
            title: &hit.title,
            path: &hit.path,
            freshness: hit.freshness,
            labels: joined_labels(hit.date, hit.provider.as_deref()),
            reasons: reasons.join("; "),
        };
        lines.write(paths, style, width, &mut console.out)?;
    }
    console.out.flush()?;
    if page.hits.is_empty() && page.copies.is_empty() {
        writeln!(console.err, "nothing like it")?;
    }
    Ok(())
}

/// What is shown of an article like another.
struct SimilarLines<'a> {
    lead: String,
    title: &'a str,
    path: &'a ArticlePath,
    freshness: Freshness,
    labels: String,
    reasons: String,
}

impl SimilarLines<'_> {
    fn write(
        &self,
        paths: &Paths,
        style: Style,
        width: usize,
        out: &mut Stream<'_>,
    ) -> Result<(), Failure> {
        let first = format!("{:<INDENT$}", self.lead);
        let indents = ["    ", "    "];
        let title = [style.title; 2];
        write_wrapped(self.title, &[], title, [&first, "    "], width, out)?;
        write!(out, "    ")?;
        out.styled(style.path, paths.shown(self.path))?;
        write_freshness(self.freshness, style, out)?;
        writeln!(out)?;
        if !self.labels.is_empty() {
            write_wrapped(&self.labels, &[], [style.label; 2], indents, width, out)?;
        }
        write_wrapped(&self.reasons, &[], [Ansi::new(); 2], indents, width, out)?;
        writeln!(out)?;
        Ok(())
    }
}

fn joined_labels(date: Option<Date>, provider: Option<&str>) -> String {
    let labels: Vec<String> = [date.map(day), provider.map(str::to_owned)]
        .into_iter()
        .flatten()
        .collect();
    labels.join(" · ")
}
