//! What is asked for.

/// A query and which part of its hits is wanted.
///
/// ```
/// use gleaner_query::Query;
///
/// let query = Query::new(r#""brain cloning" provider:decider -trailer"#).limit(20).offset(40);
/// assert_eq!(query.text(), r#""brain cloning" provider:decider -trailer"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(crate) text: String,
    pub(crate) is_plain: bool,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

impl Query {
    /// A query in the query language. No text is an error.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_plain: false,
            limit: 10,
            offset: 0,
        }
    }

    /// A query of words alone: no character has a meaning of its own.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            is_plain: true,
            ..Self::new(text)
        }
    }

    /// Most hits on the page; 10 unless said. 0 counts without showing any.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// How many of the best hits come before the page.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }
}
