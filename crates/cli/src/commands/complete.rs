//! `gleaner complete`

use std::io::Write;

use gleaner::Searcher;

use crate::args::{Arguments, CompleteArgs, StatusFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::output;
use crate::{DONE, NOTHING_FOUND};

pub(crate) fn run(
    arguments: &Arguments,
    args: &CompleteArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let prefix = args.words.join(" ");
    let searcher = console.opened(Searcher::open(&arguments.index)?);
    let words = searcher.complete(&prefix, args.limit)?;
    match args.format {
        StatusFormat::Json => output::json::write_words(&prefix, &words, &mut console.out)?,
        StatusFormat::Text => {
            for (word, count) in &words {
                if args.counts {
                    write!(console.out, "{count:>7}  ")?;
                }
                writeln!(console.out, "{word}")?;
            }
        }
    }
    Ok(if words.is_empty() {
        NOTHING_FOUND
    } else {
        DONE
    })
}
