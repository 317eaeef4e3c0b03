//! `gleaner search`

use std::io::Write;
use std::path::Path;

use gleaner::{Date, DateReading, Error, Note, Query, Searcher, When};

use crate::args::{Arguments, Color, Format, SearchArgs};
use crate::commands::index;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{self, Paths};
use crate::trec::{self, DEPTH};
use crate::{DONE, NOTHING_FOUND};

pub(crate) fn run(
    arguments: &Arguments,
    args: &SearchArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    // A date that cannot be read is told before any work is done.
    let query = args.query(&args.words.join(" "), !args.plain, 10)?;
    if args.refresh {
        index::refresh(&arguments.index, console)?;
    }
    let searcher = match Searcher::open(&arguments.index) {
        Err(Error::NotFound { .. }) => {
            index::refresh(&arguments.index, console)?;
            Searcher::open(&arguments.index)?
        }
        other => other?,
    };
    let searcher = console.opened(searcher);
    if let Some(queries) = &args.queries {
        return run_queries(&searcher, queries, args, console);
    }
    let query = args.listing.apply(query);
    if !args.listing.facet.is_empty() && !matches!(args.format, Format::Text | Format::Json) {
        writeln!(console.err, "note: facets are shown as text and JSON only")?;
    }
    let paths = Paths::of(searcher.root().as_deref());
    let total = match args.format {
        Format::Trec => {
            return Err(Failure::Input(
                "`--format trec` is for the queries of a file: give it with `--queries FILE`"
                    .into(),
            ));
        }
        Format::Paths => write_paths(&searcher, &query, &paths, args.null, console)?,
        _ => write_page(&searcher, &query, &paths, (arguments.color, args), console)?,
    };
    Ok(if total == 0 { NOTHING_FOUND } else { DONE })
}

impl SearchArgs {
    /// What these arguments ask for.
    fn query(&self, text: &str, has_syntax: bool, limit: usize) -> Result<Query, Failure> {
        let query = if has_syntax {
            Query::new(text)
        } else {
            Query::plain(text)
        };
        let query = query
            .limit(self.limit.unwrap_or(limit))
            .offset(self.offset)
            .all(self.all)
            .explain(self.explain.is_some())
            .collapse(!self.no_collapse)
            .snippets(!self.no_snippets);
        let query = match self.timeout {
            Some(timeout) => query.timeout(timeout),
            None => query,
        };
        dated(self.ranking.apply(query), self)
    }
}

/// Puts all queries of a file, and writes what they find as a TREC run.
fn run_queries(
    searcher: &Searcher,
    queries: &Path,
    args: &SearchArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    if args.format != Format::Trec {
        return Err(Failure::Input(
            "`--queries` gives a TREC run: say so with `--format trec`".into(),
        ));
    }
    let mut total = 0;
    for (name, text) in trec::queries(queries)? {
        let query = args.query(&text, args.syntax, DEPTH)?.ladder(false);
        total += trec::write_run(searcher, &name, &query, console)?;
    }
    Ok(if total == 0 { NOTHING_FOUND } else { DONE })
}

/// The query with the dates of the arguments.
fn dated(mut query: Query, args: &SearchArgs) -> Result<Query, Failure> {
    let bad = |option: &str, text: &str| {
        Failure::Input(format!(
            "--{option} {text}: not a date: write it like 2023, 2023-01-24, yesterday, 7d or \
             \"last month\""
        ))
    };
    let now = match &args.now {
        None => Date::now(),
        Some(text) => match Date::read(text) {
            DateReading::Date(date) => date,
            _ => return Err(bad("now", text)),
        },
    };
    query = query.now(now);
    if let Some(text) = &args.since {
        query = query.since(When::read(text, now).ok_or_else(|| bad("since", text))?);
    }
    if let Some(text) = &args.until {
        query = query.until(When::read(text, now).ok_or_else(|| bad("until", text))?);
    }
    Ok(query)
}

/// Writes the hits with what they say, and gives their total.
fn write_page(
    searcher: &Searcher,
    query: &Query,
    paths: &Paths,
    (color, args): (Color, &SearchArgs),
    console: &mut Console<'_>,
) -> Result<u64, Failure> {
    let page = searcher.search(query)?;
    write_notes(&page.notes, console)?;
    match args.format {
        Format::Json => output::json::write_page(query, &page, paths, &mut console.out)?,
        Format::Ndjson => output::json::write_hits(&page, paths, &mut console.out)?,
        Format::Text | Format::Paths | Format::Trec => {
            let style = output::text::Style::chosen(color, console);
            output::text::write(&page, paths, style, args.explain, console)?;
        }
    }
    Ok(page.total)
}

/// Writes only where the hits are, and gives their total.
fn write_paths(
    searcher: &Searcher,
    query: &Query,
    paths: &Paths,
    null: bool,
    console: &mut Console<'_>,
) -> Result<u64, Failure> {
    let page = searcher.search_paths(query)?;
    write_notes(&page.notes, console)?;
    for (path, _) in &page.paths {
        let mut file = paths.bytes(path);
        if null {
            file.push(0);
            console.out.exact().write_all(&file)?;
        } else {
            console.out.record(&file)?;
        }
    }
    Ok(page.total)
}

fn write_notes(notes: &[Note], console: &mut Console<'_>) -> Result<(), Failure> {
    for note in notes {
        writeln!(console.err, "note: {note}")?;
    }
    Ok(())
}
