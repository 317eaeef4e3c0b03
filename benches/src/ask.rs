//! What every program is asked.

/// A kind of query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// One word.
    Term,
    /// Two words, both required.
    And,
    /// Two words, one of which is enough.
    Or,
    /// Two or three words one after another, as they stand in an article.
    Phrase,
    /// A phrase with a word that more than a tenth of the articles have.
    CommonPhrase,
    /// Words that begin with four letters.
    Prefix,
    /// Words one letter off.
    Fuzzy,
    /// One word, in articles with a front-matter value.
    Filtered,
}

impl Class {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Term,
        Self::And,
        Self::Or,
        Self::Phrase,
        Self::CommonPhrase,
        Self::Prefix,
        Self::Fuzzy,
        Self::Filtered,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::And => "and",
            Self::Or => "or",
            Self::Phrase => "phrase",
            Self::CommonPhrase => "common phrase",
            Self::Prefix => "prefix",
            Self::Fuzzy => "fuzzy",
            Self::Filtered => "filtered",
        }
    }

    /// Whether every program that has the same words matches the same articles. A pattern stands for
    /// words, and which ones is each program's choice.
    pub fn is_exact(self) -> bool {
        !matches!(self, Self::Prefix | Self::Fuzzy)
    }
}

/// One query, in no program's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What kind of query it is.
    pub class: Class,
    /// Its words: lower-case letters and digits of ASCII. Of a prefix its four letters, of a fuzzy
    /// query the misspelt word.
    pub words: Vec<String>,
    /// Key and value of the front matter, both one word, if the class is [`Class::Filtered`].
    pub filter: Option<(String, String)>,
}

/// What is wanted of the articles that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Want {
    /// The paths of the best ten.
    Hits,
    /// Their titles as well.
    Titles,
    /// And a snippet of each.
    Snippets,
    /// Only their number.
    Count,
}

impl Want {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Hits, Self::Titles, Self::Snippets, Self::Count];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hits => "top 10, hits only",
            Self::Titles => "top 10 + titles",
            Self::Snippets => "top 10 + 10 snippets",
            Self::Count => "count",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Number of all articles that match, where the program counted them.
    pub total: Option<u64>,
    /// The best, as far as they were wanted.
    pub hits: Vec<Shown>,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Path below the folder of the articles.
    pub path: Vec<u8>,
    /// The title; empty if it was not wanted.
    pub title: String,
    /// The snippet; empty if it was not wanted.
    pub snippet: String,
}
