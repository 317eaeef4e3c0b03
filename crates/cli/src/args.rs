//! The arguments. Doc comments are the help.

mod bench;
mod index;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use gleaner::{Facet, Query, Sort};

pub(crate) use bench::BenchArgs;
pub(crate) use index::{CheckArgs, IndexArgs};

/// Searches folders of articles, and shows the right one first.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Folder of the index
    #[arg(long, global = true, value_name = "DIR", default_value = "index")]
    pub(crate) index: PathBuf,
    /// Use colours
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: Color,
}

const EXAMPLES: &str = "\
Examples:
  gleaner search brain cloning              the articles that fit best, the best first
  gleaner index ~/notes                     bring the index up to date with a folder
  gleaner status                            what is in the index, and is it up to date

Exit codes: 0 found or done, 1 nothing found, 2 error; 130 and 143 stopped by Ctrl-C and SIGTERM.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Bring the index up to date with a folder of articles
    Index(IndexArgs),
    /// Search the articles
    Search(SearchArgs),
    /// Show the articles most like one, and why
    Similar(SimilarArgs),
    /// Say what is in the index, and whether it is up to date
    Status(StatusArgs),
    /// Check that the index is whole, and says what the articles say
    Check(CheckArgs),
    /// List the front-matter keys of the articles, with their types and values
    Fields(FieldsArgs),
    /// List the words of the articles that begin so, the most frequent first
    Complete(CompleteArgs),
    /// Measure the ranking against judgements
    Eval(EvalArgs),
    /// Measure how long searches take, and compare with a program kept before
    Bench(BenchArgs),
}

const SEARCH_EXAMPLES: &str = r#"Examples:
  gleaner search teaser                     one word
  gleaner search '"train to busan" zombies' a phrase is required, more words rank higher
  gleaner search netflix -teaser            without a word
  gleaner search 'robots topics:AI date:2023 quality:>50'
                                            only articles with these front-matter values
  gleaner search 'bra*' 'ryoo~2'            words that begin so, and misspellings
  gleaner search --since 7d robots          articles of the last seven days
  gleaner search robots --sort -date        the newest first
  gleaner search robots --facet topics --facet date:month
                                            how many hits by topic and by month
  gleaner search -n 50 --format paths -0 jung_e | xargs -0 wc -w

The query language: docs/query-language.md. No text is an error: what was left out or read in
another way is noted. A word
that begins with two dashes goes after `--`."#;

#[derive(Debug, Args)]
#[command(after_help = SEARCH_EXAMPLES)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct SearchArgs {
    /// What to search for
    #[arg(required_unless_present = "queries", value_parser = word)]
    pub(crate) words: Vec<String>,
    /// Most hits to show [default: 10, or 1000 with `--queries`]
    #[arg(short = 'n', long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Pass over the best N hits
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) offset: usize,
    #[command(flatten)]
    pub(crate) listing: ListingArgs,
    /// How to show the hits
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// With `--format paths`, end each path with NUL instead of a line break
    #[arg(short = '0', long = "null")]
    pub(crate) null: bool,
    /// Read every character as words, without any syntax
    #[arg(long)]
    pub(crate) plain: bool,
    /// Require every word
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
    /// Say why each hit was found, in a line or with all numbers
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "line"
    )]
    pub(crate) explain: Option<Explain>,
    /// Show near-duplicates each by itself instead of under the best of them
    #[arg(long)]
    pub(crate) no_collapse: bool,
    /// Show no passages, which is faster
    #[arg(long)]
    pub(crate) no_snippets: bool,
    /// Only articles of this date or later: 2023-01-24, yesterday, 7d, "last month"
    #[arg(long, value_name = "DATE")]
    pub(crate) since: Option<String>,
    /// Only articles of this date or earlier
    #[arg(long, value_name = "DATE")]
    pub(crate) until: Option<String>,
    /// Count `yesterday` and `7d` from this date instead of the clock
    #[arg(long, value_name = "DATE")]
    pub(crate) now: Option<String>,
    /// Stop after so long, such as 2, 0.5 or 500ms, and show the best of what was found by then
    #[arg(long, value_name = "SECONDS", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// Bring the index up to date first
    #[arg(long)]
    pub(crate) refresh: bool,
    /// Put every query of a file, each a line of a name, a tab and words; needs `--format trec`
    #[arg(long, value_name = "FILE", conflicts_with = "words")]
    pub(crate) queries: Option<PathBuf>,
    /// With `--queries`, read the query language in them
    #[arg(long, requires = "queries", conflicts_with = "plain")]
    pub(crate) syntax: bool,
}

/// In which order hits are listed, and what they are counted by.
#[derive(Debug, Args)]
pub(crate) struct ListingArgs {
    /// Order of the hits: score, date, updated, title, path or any front-matter KEY, ascending;
    /// with a dash before it descending. Hits without a value come last
    #[arg(long, value_name = "[-]KEY", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Count all hits by the values of KEY; dates by year, month, week or day. May be repeated
    #[arg(long, value_name = "KEY[:PERIOD]", allow_hyphen_values = true)]
    pub(crate) facet: Vec<String>,
    /// Most values of each facet [default: 10 values, all periods]
    #[arg(long, value_name = "N")]
    pub(crate) facet_limit: Option<usize>,
}

impl ListingArgs {
    /// The query with these ways to list its hits.
    pub(crate) fn apply(&self, query: Query) -> Query {
        let query = match &self.sort {
            Some(sort) => query.sort(Sort::read(sort)),
            None => query,
        };
        self.facet.iter().fold(query, |query, facet| {
            let facet = Facet::read(facet);
            query.facet(match self.facet_limit {
                Some(limit) => facet.limit(limit),
                None => facet,
            })
        })
    }
}

/// How hits are ranked.
#[derive(Debug, Args)]
pub(crate) struct RankingArgs {
    /// Rank again with the telling words of the best hits
    #[arg(long)]
    pub(crate) feedback: bool,
    /// Let recent articles, or those of quality, win near ties. May be repeated
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) boost: Vec<Boost>,
}

impl RankingArgs {
    /// The query with these ways to rank.
    pub(crate) fn apply(&self, query: Query) -> Query {
        let boosted = self.boost.iter().fold(query, |query, boost| {
            query.boost(match boost {
                Boost::Recent => gleaner::Boost::Recent,
                Boost::Quality => gleaner::Boost::Quality,
            })
        });
        boosted.feedback(self.feedback)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Boost {
    /// By the date of publication
    Recent,
    /// By the number under `quality` in the front matter
    Quality,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Explain {
    /// One line in words
    Line,
    /// The numbers that add up to the score as well
    Full,
}

const SIMILAR_EXAMPLES: &str = "\
Examples:
  gleaner similar seeds/003_6a51a6705fafdd11.txt
  gleaner similar -n 3 --format json news/ferry.md

The path is one that `gleaner search` shows, or one below the folder of the articles. Articles are
similar by the words they share, and by what their front matter names as `related`.";

#[derive(Debug, Args)]
#[command(after_help = SIMILAR_EXAMPLES)]
pub(crate) struct SimilarArgs {
    /// The article
    pub(crate) path: PathBuf,
    /// Most articles to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
}

const EVAL_EXAMPLES: &str = "\
Examples:
  gleaner eval --queries queries.tsv --qrels qrels.txt
  gleaner eval --queries queries.tsv --qrels qrels.txt --feedback --per-query

queries.tsv has a query a line: a name, a tab, the text. qrels.txt has a judgement a line: name of the
query, 0, path of the article without its extension, and 1 if it is relevant or 0 if not. The figures
are trec_eval's, over all judged queries and the best 1000 hits of each.";

#[derive(Debug, Args)]
#[command(after_help = EVAL_EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Queries: a name, a tab and the text a line
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Judgements in TREC's format
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
    /// Print the figures of every query too
    #[arg(long)]
    pub(crate) per_query: bool,
    /// Read the queries in the query language instead of as plain words
    #[arg(long)]
    pub(crate) syntax: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// How to show it
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
}

const FIELDS_EXAMPLES: &str = "\
Examples:
  gleaner fields                            what can be searched as KEY:VALUE
  gleaner search topics:AI --facet provider one key narrows, another counts

For each key: how many articles have it, how many different values there are, of which types, and the
most frequent ones.";

#[derive(Debug, Args)]
#[command(after_help = FIELDS_EXAMPLES)]
pub(crate) struct FieldsArgs {
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
}

const COMPLETE_EXAMPLES: &str = "\
Examples:
  gleaner complete hem                      words that begin with `hem`
  gleaner complete --counts 'cerebral hem'  the last word goes on, with numbers of articles

Words are shown as they are compared: in lower case and without diacritics. A compound such as `Jung_E`
is there by its parts and by its joined form.";

#[derive(Debug, Args)]
#[command(after_help = COMPLETE_EXAMPLES)]
pub(crate) struct CompleteArgs {
    /// Beginning of a word; of several words the last one goes on
    #[arg(required = true, value_name = "PREFIX")]
    pub(crate) words: Vec<String>,
    /// Most words to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(crate) limit: usize,
    /// Print the number of articles that hold each word before it
    #[arg(long)]
    pub(crate) counts: bool,
    /// How to show them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: StatusFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For reading
    #[default]
    Text,
    /// One JSON object, as docs/output.md says
    Json,
    /// One JSON object a hit and line
    Ndjson,
    /// One path a line
    Paths,
    /// A TREC run: query, `Q0`, article, rank, score, `gleaner`; only with `--queries`
    Trec,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum StatusFormat {
    /// For reading
    #[default]
    Text,
    /// One JSON object, as docs/output.md says
    Json,
}

/// Stands before a word that begins with a dash while the arguments are read. No query has it: it
/// is a control character.
const WORD_MARK: char = '\u{1}';

/// Options whose value may stand apart, and begin with a dash.
const OPTIONS_WITH_VALUES: [&str; 18] = [
    "--since",
    "--until",
    "--now",
    "--index",
    "--color",
    "--limit",
    "-n",
    "--offset",
    "--format",
    "--facet",
    "--facet-limit",
    "--sort",
    "--since",
    "--until",
    "--now",
    "--boost",
    "--timeout",
    "--queries",
];

/// Marks the words of a search that begin with one dash, so that `gleaner search netflix -teaser`
/// excludes a word instead of being a mistake.
///
/// Options that begin with two dashes stay options: a mistyped one had better be told of.
pub(crate) fn mark_words(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut marked = Vec::new();
    let mut args = args.into_iter();
    let mut is_search = false;
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy().into_owned();
        match text.as_str() {
            "--" => {
                marked.push(arg);
                marked.extend(args.by_ref().map(|word| lossy(&word)));
            }
            option if OPTIONS_WITH_VALUES.contains(&option) => {
                marked.push(arg);
                marked.extend(args.next());
            }
            "search" if !is_search => {
                is_search = true;
                marked.push(arg);
            }
            _ if is_search && is_dashed_word(&text) => {
                marked.push(format!("{WORD_MARK}{text}").into());
            }
            _ if is_search && !text.starts_with("--") => marked.push(lossy(&arg)),
            _ => marked.push(arg),
        }
    }
    marked
}

/// A query is text, whatever the terminal made of it.
fn lossy(arg: &OsString) -> OsString {
    arg.to_string_lossy().into_owned().into()
}

fn is_dashed_word(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('-') else {
        return false;
    };
    if rest.starts_with('-') {
        // No option has a blank in its name, or three dashes before it: this was pasted.
        let name = text.split('=').next().unwrap_or(text);
        return rest.starts_with("--") || name.contains(char::is_whitespace);
    }
    let limit = rest.strip_prefix('n').map(|n| n.trim_start_matches('='));
    let is_limit = limit.is_some_and(|limit| limit.parse::<usize>().is_ok());
    !(is_limit || matches!(rest, "" | "n" | "0" | "h"))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a value parser may fail, and this one never does"
)]
fn word(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.strip_prefix(WORD_MARK).unwrap_or(text).to_owned())
}

/// Reads a length of time: seconds, or with `ms` thousandths of them.
fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let number = number.trim_end();
    let is_number = number.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let seconds = number.parse::<f64>().ok().filter(|_| is_number);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds * unit).ok())
        .ok_or_else(|| "not a length of time: write it like 2, 0.5 or 500ms".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    fn words(args: &[&str]) -> Option<(Vec<String>, usize)> {
        let args = ["gleaner", "search"].iter().chain(args).map(OsString::from);
        match Arguments::try_parse_from(mark_words(args)).ok()?.command {
            Command::Search(search) => Some((search.words, search.limit.unwrap_or(10))),
            _ => None,
        }
    }

    #[test]
    fn a_dash_before_a_word_is_no_option() {
        let read = |args: &[&str]| words(args).map(|(words, limit)| (words.join(" "), limit));
        assert_eq!(
            read(&["netflix", "-teaser"]),
            Some(("netflix -teaser".into(), 10))
        );
        assert_eq!(
            read(&["-horror", "-n", "3", "-nothing"]),
            Some(("-horror -nothing".into(), 3))
        );
        assert_eq!(read(&["-n5", "-0", "a"]), Some(("a".into(), 5)));
        assert_eq!(
            read(&["-", "-\"a b\"", "-(c"]),
            Some(("- -\"a b\" -(c".into(), 10))
        );
        assert_eq!(
            read(&["--", "--limit", "-n"]),
            Some(("--limit -n".into(), 10))
        );
        assert_eq!(
            read(&["--- title: x", "-- y"]),
            Some(("--- title: x -- y".into(), 10))
        );
        assert_eq!(read(&["a", "--limti", "3"]), None);
        assert_eq!(
            read(&["--facet", "-odd", "-b", "--facet=date:month", "c"]),
            Some(("-b c".into(), 10))
        );
        assert_eq!(
            read(&["a", "--sort", "-date", "-b", "--sort=-date"]),
            None,
            "given twice"
        );
        assert_eq!(read(&["--sort", "-date", "-b"]), Some(("-b".into(), 10)));
        assert_eq!(read(&["--sort=-date", "-b"]), Some(("-b".into(), 10)));
    }

    #[test]
    fn lengths_of_time_are_seconds_unless_said() {
        let millis = |text: &str| duration(text).map(|time| time.as_millis());
        for (text, expected) in [
            ("2", 2_000),
            ("0.5", 500),
            ("500ms", 500),
            ("1.5 s", 1_500),
            ("0", 0),
        ] {
            assert_eq!(millis(text), Ok(expected), "{text}");
        }
        for text in ["", "s", "-1", "1h", "inf", "nan", "1e400", "two"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
