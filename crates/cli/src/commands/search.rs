//! `gleaner search`

use std::io::Write;

use gleaner::{Error, Note, Query, Searcher};

use crate::args::{Arguments, Color, Format, SearchArgs};
use crate::commands::index;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{self, Paths, printable};
use crate::{DONE, NOTHING_FOUND};

pub(crate) fn run(
    arguments: &Arguments,
    args: &SearchArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
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
    let text = args.words.join(" ");
    let query = if args.plain {
        Query::plain(text)
    } else {
        Query::new(text)
    };
    let query = query.limit(args.limit).offset(args.offset);
    let paths = Paths::of(searcher.root().as_deref());
    let total = match args.format {
        Format::Paths => write_paths(&searcher, &query, &paths, args.null, console)?,
        _ => write_page(
            &searcher,
            &query,
            &paths,
            (arguments.color, args.format),
            console,
        )?,
    };
    Ok(if total == 0 { NOTHING_FOUND } else { DONE })
}

/// Writes the hits with what they say, and gives their total.
fn write_page(
    searcher: &Searcher,
    query: &Query,
    paths: &Paths,
    (color, format): (Color, Format),
    console: &mut Console<'_>,
) -> Result<u64, Failure> {
    let page = searcher.search(query)?;
    write_notes(&page.notes, console)?;
    match format {
        Format::Json => output::json::write_page(query, &page, paths, &mut console.out)?,
        Format::Ndjson => output::json::write_hits(&page, paths, &mut console.out)?,
        Format::Text | Format::Paths => {
            let style = output::text::Style::chosen(color, console);
            output::text::write(&page, paths, style, console)?;
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
    let end: &[u8] = if null { b"\0" } else { b"\n" };
    for (path, _) in &page.paths {
        console.out.write_all(&paths.bytes(path))?;
        console.out.write_all(end)?;
    }
    Ok(page.total)
}

fn write_notes(notes: &[Note], console: &mut Console<'_>) -> Result<(), Failure> {
    for note in notes {
        writeln!(console.err, "note: {}", printable(&note.to_string()))?;
    }
    Ok(())
}
