//! `gleaner search`

use std::io::Write;

use gleaner::{Error, Query, Searcher};

use crate::args::{Arguments, Format, SearchArgs};
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
    let page = searcher.search(&query)?;
    for note in &page.notes {
        writeln!(console.err, "note: {}", printable(&note.to_string()))?;
    }
    let paths = Paths::of(searcher.root().as_deref());
    match args.format {
        Format::Text => {
            let style = output::text::Style::chosen(arguments.color, console);
            output::text::write(&page, &paths, style, console)?;
        }
        Format::Json => output::json::write_page(&query, &page, &paths, &mut console.out)?,
        Format::Ndjson => output::json::write_hits(&page, &paths, &mut console.out)?,
        Format::Paths => {
            let end: &[u8] = if args.null { b"\0" } else { b"\n" };
            for hit in &page.hits {
                console.out.write_all(&paths.bytes(&hit.path))?;
                console.out.write_all(end)?;
            }
        }
    }
    Ok(if page.total == 0 { NOTHING_FOUND } else { DONE })
}
