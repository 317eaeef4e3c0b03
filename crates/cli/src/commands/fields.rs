//! `gleaner fields`

use std::io::Write;

use gleaner::Searcher;

use crate::args::{Arguments, FieldsArgs, StatusFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::output;
use crate::{DONE, NOTHING_FOUND};

pub(crate) fn run(
    arguments: &Arguments,
    args: &FieldsArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let searcher = console.opened(Searcher::open(&arguments.index)?);
    let (fields, articles) = (searcher.fields()?, searcher.articles()?);
    match args.format {
        StatusFormat::Text => output::fields::write(&fields, articles, console)?,
        StatusFormat::Json => output::json::write_fields(&fields, articles, &mut console.out)?,
    }
    if fields.is_empty() {
        writeln!(console.err, "no article has any front matter")?;
        return Ok(NOTHING_FOUND);
    }
    Ok(DONE)
}
