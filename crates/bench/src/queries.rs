//! What is put to an index, and what of the answer is wanted.

use serde::{Deserialize, Serialize};

/// What a query is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// One word.
    Term,
    /// Words that are all required: `a AND b`.
    And,
    /// Words any of which will do.
    Or,
    /// Words in quotes.
    Phrase,
    /// The beginning of a word: `net*`.
    Prefix,
    /// A misspelled word: `netlix~`.
    Fuzzy,
    /// Words with a condition on a front-matter key or on the path.
    Filtered,
}

impl Class {
    /// All classes, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Term,
        Self::And,
        Self::Or,
        Self::Phrase,
        Self::Prefix,
        Self::Fuzzy,
        Self::Filtered,
    ];

    /// The class in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::And => "and",
            Self::Or => "or",
            Self::Phrase => "phrase",
            Self::Prefix => "prefix",
            Self::Fuzzy => "fuzzy",
            Self::Filtered => "filtered",
        }
    }

    /// The class of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// The class of a query by the signs in it: quotes make a phrase, a colon a filter, `*` a prefix, `~`
    /// a misspelling, `AND` or a `+` before a word make it an `and`; of what is left, several words are
    /// an `or`.
    pub fn of_text(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        if text.contains('"') && !text.contains(':') {
            Self::Phrase
        } else if text.contains(':') {
            Self::Filtered
        } else if text.contains('*') {
            Self::Prefix
        } else if text.contains('~') {
            Self::Fuzzy
        } else if words
            .iter()
            .any(|word| *word == "AND" || word.starts_with('+'))
        {
            Self::And
        } else if words.len() > 1 {
            Self::Or
        } else {
            Self::Term
        }
    }
}

/// What of an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// Paths and scores of the best hits: `Searcher::search_paths`.
    Hits,
    /// The best hits with what their front matter says, without passages: `Query::snippets(false)`.
    Stored,
    /// The best hits with passages: `Searcher::search`.
    Snippets,
    /// How many articles match, without any hit: `Query::limit(0)`.
    Count,
}

impl What {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Hits, Self::Stored, Self::Snippets, Self::Count];

    /// It in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hits => "hits",
            Self::Stored => "stored",
            Self::Snippets => "snippets",
            Self::Count => "count",
        }
    }

    /// What has this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.name() == name)
    }
}

/// A query that is timed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchQuery {
    /// What it is made of.
    pub class: Class,
    /// Its text, in the query language; on one line, without tabs.
    pub text: String,
}

/// Reads queries, one a line: a name, a tab and the text, or the text alone. Where the name is that of a
/// [`Class`], it is the query's; else its text tells. Lines without text are passed over.
pub fn read_queries(text: &str) -> Vec<BenchQuery> {
    let queries = text.lines().map(|line| {
        let (name, text) = line.split_once('\t').unwrap_or(("", line));
        let text = text.replace('\t', " ").trim().to_owned();
        let class = Class::named(name).unwrap_or_else(|| Class::of_text(&text));
        BenchQuery { class, text }
    });
    queries.filter(|query| !query.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for class in Class::ALL {
            assert_eq!(Class::named(class.name()), Some(class));
        }
        for what in What::ALL {
            assert_eq!(What::named(what.name()), Some(what));
        }
    }

    #[test]
    fn a_line_has_its_class_by_name_or_by_its_text() {
        let text = "and\tnetflix teaser\nq1\t\"train to busan\"\nnetflix\n\nnetflix teaser\n\
                    netflix AND teaser\nnet*\nnetlix~\nq2\tnetflix topics:\"ai\"\nterm\t\n";
        let read = read_queries(text);
        let read: Vec<_> = read
            .iter()
            .map(|query| (query.class.name(), query.text.as_str()))
            .collect();
        assert_eq!(
            read,
            [
                ("and", "netflix teaser"),
                ("phrase", "\"train to busan\""),
                ("term", "netflix"),
                ("or", "netflix teaser"),
                ("and", "netflix AND teaser"),
                ("prefix", "net*"),
                ("fuzzy", "netlix~"),
                ("filtered", "netflix topics:\"ai\""),
            ]
        );
    }
}
