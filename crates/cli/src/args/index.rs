//! The arguments of `gleaner index` and `gleaner check`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use gleaner::{Language, UnknownLanguage, WhenLocked};

use super::StatusFormat;
use crate::output::printable;

const INDEX_EXAMPLES: &str = "\
Examples:
  gleaner index                             the folder indexed before, or `seeds`
  gleaner index ~/notes --exclude drafts    a folder, but for everything called `drafts`
  gleaner index --language german ~/texte   articles in German; none: take words as they stand
  gleaner index --rebuild                   read everything anew

Files that look unchanged from outside are not read. All changes become visible at once at the end,
also those of a rebuild; an interrupted run changes nothing.";

#[derive(Debug, Args)]
#[command(after_help = INDEX_EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct IndexArgs {
    /// Folder of the articles [default: the folder indexed before, or `seeds`]
    pub(crate) folder: Option<PathBuf>,
    /// File name extensions of articles, separated by commas [default: md,markdown,mdx,txt,text]
    #[arg(long, value_name = "EXT", value_delimiter = ',')]
    pub(crate) ext: Vec<String>,
    /// Pass over what matches; without a slash, a name at any depth. May be repeated
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// Follow symbolic links
    #[arg(long)]
    pub(crate) follow: bool,
    /// Leave out files larger than this, such as 500K or 64M [default: 32M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_size: Option<u64>,
    /// Language of the articles, by its name in English or its code, or `none` [default: that of the
    /// index, or english]
    #[arg(long, value_name = "LANG", value_parser = language)]
    pub(crate) language: Option<Language>,
    /// Read everything into a new index, which takes the place of the old one when it is complete; also
    /// of one that another version made, that is damaged or in another language
    #[arg(long)]
    pub(crate) rebuild: bool,
    /// Exit with 2 if there is any problem with any file
    #[arg(long)]
    pub(crate) strict: bool,
    /// Let the index lose all its articles where the folder has none any more
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Wait for another process that writes to the index; with a number, for so many seconds at most
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_missing_value = FOREVER, value_parser = wait)]
    pub(crate) wait: Option<WhenLocked>,
}

const CHECK_EXAMPLES: &str = "\
Every file of the index is compared with its checksum, and every article with what was indexed of
it: all of them are read. Exit codes: 0 all is well, 1 something is wrong, 2 error.";

#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(crate) struct CheckArgs {
    /// Make the index anew where something is wrong with it
    #[arg(long)]
    pub(crate) repair: bool,
    /// How to show what was found
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
}

/// Reads a number of bytes with an optional K, M or G, each 1024 of the one before.
/// What `--wait` without a number stands for.
const FOREVER: &str = "forever";

/// How long to wait for another process: seconds, with decimals if need be.
fn wait(text: &str) -> Result<WhenLocked, String> {
    if text == FOREVER {
        return Ok(WhenLocked::Wait);
    }
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    let limit = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Ok(WhenLocked::WaitFor(limit))
}

fn size(text: &str) -> Result<u64, String> {
    let text = text
        .trim()
        .trim_end_matches(['b', 'B'])
        .trim_end_matches(['i', 'I']);
    let (digits, shift) = match text.chars().last() {
        Some('k' | 'K') => (&text[..text.len() - 1], 10),
        Some('m' | 'M') => (&text[..text.len() - 1], 20),
        Some('g' | 'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number: u64 = digits
        .trim()
        .parse()
        .map_err(|_| "not a size: write it like 500K or 64M".to_owned())?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "too large a size".to_owned())
}

fn language(text: &str) -> Result<Language, String> {
    text.parse().map_err(|unknown: UnknownLanguage| {
        let names: Vec<&str> = Language::ALL
            .iter()
            .map(|language| language.name())
            .collect();
        let unknown = unknown.to_string();
        format!("{}; there are {}", printable(&unknown), names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        assert_eq!(size("500"), Ok(500));
        assert_eq!(size("2K"), Ok(2048));
        assert_eq!(size("32 MiB"), Ok(32 << 20));
        assert_eq!(size("1g"), Ok(1 << 30));
        assert!(size("many").is_err() && size("99999999999G").is_err() && size("").is_err());
    }
}
