//! `gleaner check`

use std::io::Write;

use gleaner::IngestOptions;

use crate::args::{Arguments, CheckArgs, StatusFormat};
use crate::commands::index::ingest;
use crate::console::Console;
use crate::failure::Failure;
use crate::output;
use crate::{DONE, NOTHING_FOUND};

/// What to do where nothing says which folder an index was made of.
const MAKE_ANEW: &str =
    "Make it anew with `gleaner index --rebuild FOLDER`; no article is lost by that.";

pub(crate) fn run(
    arguments: &Arguments,
    args: &CheckArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let index = &arguments.index;
    let check = gleaner::check(index)?;
    match args.format {
        StatusFormat::Text => output::text::write_check(&check, index, console)?,
        StatusFormat::Json => output::json::write_check(&check, index, &mut console.out)?,
    }
    if check.is_sound() {
        return Ok(DONE);
    }
    let origin = gleaner::origin(index);
    if !args.repair {
        let advice = match (&origin, check.damage.is_empty()) {
            (Err(_), _) => MAKE_ANEW,
            (Ok(_), true) => "Run `gleaner check --repair` to bring the index up to date.",
            (Ok(_), false) => {
                "Run `gleaner check --repair` to make the index anew; no article is lost by that."
            }
        };
        writeln!(console.err, "{advice}")?;
        return Ok(NOTHING_FOUND);
    }
    let (folder, files) = origin.map_err(|_| {
        let what = "the index does not say any more which folder it was made of";
        Failure::Advised(format!("{}: {what}", index.display()), MAKE_ANEW)
    })?;
    let mut options = IngestOptions::default();
    options.files = files;
    options.rebuild = true;
    ingest(&folder, index, &options, console)?;
    let repaired = gleaner::check(index)?;
    if repaired.is_sound() {
        return Ok(DONE);
    }
    output::text::write_check(&repaired, index, console)?;
    Ok(NOTHING_FOUND)
}
