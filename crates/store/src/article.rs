//! What is kept of a file: the article as it was read, before any index sees it.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// Where an article lies, relative to the root of the articles, with `/` between the parts.
///
/// Kept as bytes, because a file name need not be UTF-8: such a path is shown lossily and still
/// opens the right file. Paths are ordered by their bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct ArticlePath(Vec<u8>);

impl ArticlePath {
    /// The path of these bytes, taken as they are.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The path of a file below the root; `relative` has the root already taken off.
    pub fn from_relative(relative: &Path) -> Self {
        let mut bytes = Vec::with_capacity(relative.as_os_str().len());
        for part in relative {
            if !bytes.is_empty() {
                bytes.push(b'/');
            }
            bytes.extend_from_slice(&os_bytes(part));
        }
        Self(bytes)
    }

    /// The bytes of the path, `/` between the parts.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text; what is not UTF-8 is shown as U+FFFD.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// The file this path names below `root`.
    pub fn below(&self, root: &Path) -> PathBuf {
        root.join(os_path(&self.0))
    }
}

impl From<&str> for ArticlePath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Display for ArticlePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str_lossy())
    }
}

impl fmt::Debug for ArticlePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_str_lossy(), f)
    }
}

/// The bytes of a file name or path: as they are on Unix, as UTF-8 (lossily) elsewhere.
pub(crate) fn os_bytes(name: &std::ffi::OsStr) -> Cow<'_, [u8]> {
    #[cfg(unix)]
    {
        Cow::Borrowed(std::os::unix::ffi::OsStrExt::as_bytes(name))
    }
    #[cfg(not(unix))]
    {
        Cow::Owned(name.to_string_lossy().into_owned().into_bytes())
    }
}

/// The reverse of [`os_bytes`].
pub(crate) fn os_path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// An article as it was read from a file.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Article {
    /// The title; empty only for an article without any text.
    pub title: Located,
    /// Where the title was found, which decides whether it weighs as one.
    pub title_source: TitleSource,
    /// The summary the author gave, if any.
    pub excerpt: Option<Located>,
    /// When it was published, by its own word; never the file's modification time.
    pub date: Option<Date>,
    /// When it was last changed, by its own word.
    pub updated: Option<Date>,
    /// What it is about, in the author's order, without repetition.
    pub topics: Vec<String>,
    /// Who published it.
    pub provider: Option<String>,
    /// Who wrote it; several names are joined by `, `.
    pub author: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Articles it points to: searchable with a low weight, and shown as such.
    pub related: Vec<Related>,
    /// Every front-matter key by its dotted path, in the order of the file; a list gives several
    /// entries of one key.
    pub metadata: Vec<(String, Value)>,
    /// The prose, in reading order.
    pub passages: Vec<Passage>,
}

impl Article {
    /// Everything that is searched as the text of the article: title, excerpt, topics, author,
    /// provider and passages. A title that is a piece of the passages is not repeated.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let title = (!self.title_source.is_in_passages()).then_some(&self.title.text);
        let excerpt = self.excerpt.as_ref().map(|excerpt| &excerpt.text);
        let labels = self.topics.iter().chain(&self.author).chain(&self.provider);
        let passages = self.passages.iter().map(|passage| &passage.text);
        let texts = title
            .into_iter()
            .chain(excerpt)
            .chain(labels)
            .chain(passages);
        texts.map(String::as_str)
    }
}

/// A piece of text and the line of the file it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Located {
    /// The text, on one line.
    pub text: String,
    /// 1-based line in the file.
    pub line: u32,
}

/// Where a title came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TitleSource {
    /// A front-matter key.
    FrontMatter,
    /// The first heading of a Markdown file.
    Heading,
    /// The first line of a plain text, which reads like a title.
    FirstLine,
    /// The start of the first sentence: shown as a title, but it weighs as the prose it is.
    FirstSentence,
    /// The file's name: there was nothing else.
    #[default]
    FileName,
}

impl TitleSource {
    /// Whether the words of the title stand in the passages as well, so that they must not be
    /// counted twice.
    pub fn is_in_passages(self) -> bool {
        matches!(self, Self::Heading | Self::FirstLine | Self::FirstSentence)
    }

    /// Whether the title is a heading or line of its own in the passages.
    pub(crate) fn is_passage(self) -> bool {
        matches!(self, Self::Heading | Self::FirstLine)
    }
}

/// An entry of the `related` list of the front matter.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Related {
    /// Title of the related article.
    pub title: String,
    /// Its excerpt, or nothing.
    pub excerpt: String,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// 1-based line of the entry in the file.
    pub line: u32,
}

/// A block of prose: a paragraph, a heading, a list item, a table row, a code block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// What the block is.
    pub kind: PassageKind,
    /// The text without markup; `\n` where the block goes on in another line.
    pub text: String,
    /// The 1-based line in the file of each line of `text`: as many as `text` has `\n`, and one.
    pub lines: Vec<u32>,
}

/// What a passage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassageKind {
    /// Running text, a list item, a table row.
    Prose,
    /// A heading of this level, 1 to 6.
    Heading(u8),
    /// A code block.
    Code,
}

/// A value of the front matter, with its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any other number; never NaN or infinite.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// A date or a moment.
    Date(Date),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
}

/// Something in one file that could not be taken as it stands. The rest of the work goes on.
///
/// Shown as `path:line:column: kind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The file.
    pub path: ArticlePath,
    /// Where in the file, if it has a place.
    pub at: Option<Position>,
    /// What is wrong.
    pub kind: ProblemKind,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.path)?;
        if let Some(Position { line, column }) = self.at {
            write!(f, "{line}:{column}:")?;
        }
        write!(f, " {}", self.kind)
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The front matter could not be read in full; the text says why and what was done.
    FrontMatter(String),
    /// The file is not UTF-8 and has no byte order mark; it was read as Windows-1252.
    NotUtf8,
    /// UTF-16 with a unit that stands for nothing; it was read with U+FFFD in its place.
    BrokenUtf16,
    /// The file is larger than the limit and was left out.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The file has NUL bytes: not text, and left out.
    Binary,
    /// The file or folder could not be read and was left out; the text is the system's reason.
    Unreadable(String),
    /// A link that leads back into a folder it lies in was not followed.
    LinkLoop,
    /// The file or folder could not be read, and what the index had of it stays; the text is the system's reason.
    Kept(String),
}

impl ProblemKind {
    /// Whether the file was left out of the index because of this.
    pub fn leaves_out(&self) -> bool {
        !matches!(
            self,
            Self::FrontMatter(_) | Self::NotUtf8 | Self::BrokenUtf16 | Self::Kept(_)
        )
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FrontMatter(why) => write!(f, "front matter: {why}"),
            Self::NotUtf8 => f.write_str("not UTF-8: read as Windows-1252"),
            Self::BrokenUtf16 => f.write_str("broken UTF-16: unreadable units shown as \u{fffd}"),
            Self::TooLarge { size, limit } => write!(
                f,
                "left out: {size} bytes, and the limit is {limit} (raise it with --max-size)"
            ),
            Self::Binary => f.write_str("left out: binary (it has NUL bytes)"),
            Self::Unreadable(why) => write!(f, "left out: {why}"),
            Self::LinkLoop => f.write_str("left out: the link leads back into its own folder"),
            Self::Kept(why) => write!(f, "cannot be read, and stays as it was indexed: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_relative_with_slashes_and_opens_what_it_names() {
        let path = ArticlePath::from_relative(Path::new("news/2023/a b.md"));
        assert_eq!(path.as_bytes(), b"news/2023/a b.md");
        assert_eq!(
            path.below(Path::new("root")),
            Path::new("root/news/2023/a b.md")
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_is_shown_lossily_and_kept_exactly() {
        let name = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"caf\xe9.md");
        let path = ArticlePath::from_relative(Path::new(name));
        assert_eq!(path.to_string(), "caf\u{fffd}.md");
        assert_eq!(path.below(Path::new("r")), Path::new("r").join(name));
    }

    #[test]
    fn a_problem_names_the_place() {
        let problem = Problem {
            path: "a/b.md".into(),
            at: Some(Position { line: 4, column: 7 }),
            kind: ProblemKind::FrontMatter("`date` is not a date".into()),
        };
        assert_eq!(
            problem.to_string(),
            "a/b.md:4:7: front matter: `date` is not a date"
        );
        let problem = Problem {
            path: "x".into(),
            at: None,
            kind: ProblemKind::Binary,
        };
        assert_eq!(
            problem.to_string(),
            "x: left out: binary (it has NUL bytes)"
        );
    }
}
