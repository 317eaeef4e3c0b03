//! The arguments of `gleaner bench`.

use std::path::PathBuf;

use clap::Args;

use super::StatusFormat;

const EXAMPLES: &str = "\
Examples:
  gleaner bench                             how long searches of the index take
  gleaner bench --threads 8                 and how many in a second with eight threads
  gleaner bench --save before               keep the figures, the queries and this program
  gleaner bench --against before            is this program slower than the one kept?

Without a file, queries of each class are made of the articles: one word, words that are all
required, any of two words, phrases, beginnings of words, misspelled words, and words with a filter.
What is timed and how it is compared: docs/bench.md.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BenchArgs {
    /// Queries, each a line of its text, or of a class or name, a tab and the text
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: Option<PathBuf>,
    /// Times each search is timed; with `--against`, rounds in which both programs are
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = at_least_one)]
    pub(crate) runs: usize,
    /// Measure also how many searches in a second this many threads make
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub(crate) threads: Option<usize>,
    /// How to show the figures
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
    /// Keep the figures, the queries and this program under a name
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Compare with the program kept under a name: both search by turns
    #[arg(long, value_name = "NAME", conflicts_with_all = ["queries", "threads", "save"])]
    pub(crate) against: Option<String>,
    /// Folder of what is kept [default: `.gleaner-bench` beside the index]
    #[arg(long, value_name = "DIR")]
    pub(crate) kept: Option<PathBuf>,
    /// Make each search of this program take this much longer, to try `--against`
    #[arg(long, value_name = "PERCENT", default_value_t = 0, hide = true)]
    pub(crate) handicap: u32,
    /// Search as the lines of the standard input say, for another `gleaner bench`
    #[arg(long, hide = true)]
    pub(crate) worker: bool,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1".to_owned()),
        Ok(number) => Ok(number),
        Err(_) => Err("not a number".to_owned()),
    }
}
