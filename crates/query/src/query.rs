//! What is asked for.

use std::time::Duration;

use gleaner_store::Date;

use crate::facet::Facet;
use crate::rank::Weights;
use crate::sort::Sort;
use crate::when::When;

/// A query and which part of its hits is wanted.
///
/// ```
/// use gleaner_query::Query;
///
/// let query = Query::new(r#""brain cloning" provider:decider -trailer"#).limit(20).offset(40);
/// assert_eq!(query.text(), r#""brain cloning" provider:decider -trailer"#);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Query {
    pub(crate) text: String,
    pub(crate) is_plain: bool,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) weights: Weights,
    pub(crate) boosts: Vec<Boost>,
    pub(crate) has_feedback: bool,
    pub(crate) needs_all: bool,
    pub(crate) has_ladder: bool,
    pub(crate) is_explained: bool,
    pub(crate) sort: Sort,
    pub(crate) facets: Vec<Facet>,
    pub(crate) collapse: bool,
    pub(crate) has_snippets: bool,
    pub(crate) since: Option<When>,
    pub(crate) until: Option<When>,
    pub(crate) now: Option<Date>,
    pub(crate) timeout: Option<Duration>,
}

/// What may reorder near ties, if asked for.
///
/// A boost changes a score by a tenth at most, up or down. Beside one boost, a match that is better by
/// a quarter stays ahead of any other; beside both, one that is better by half. An article that does not say is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Boost {
    /// The date of publication: up to a tenth more for today, as much less for long ago, nothing
    /// for 180 days ago.
    Recent,
    /// The number under the front-matter key `quality`, by the range it has in the index.
    Quality,
}

impl Query {
    /// A query in the query language. No text is an error.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_plain: false,
            limit: 10,
            offset: 0,
            weights: Weights::default(),
            boosts: Vec::new(),
            has_feedback: false,
            needs_all: false,
            has_ladder: true,
            is_explained: false,
            sort: Sort::score(),
            facets: Vec::new(),
            collapse: true,
            has_snippets: true,
            since: None,
            until: None,
            now: None,
            timeout: None,
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

    /// How many of the first hits come before the page.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// What each kind of evidence counts.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// Reorders near ties. May be called for several boosts.
    #[must_use]
    pub fn boost(mut self, boost: Boost) -> Self {
        if !self.boosts.contains(&boost) {
            self.boosts.push(boost);
        }
        self
    }

    /// Adds the telling words of the best hits to the query, with little weight, and ranks again:
    /// pseudo-relevance feedback, in the manner of RM3 (Abdul-Jaleel et al., TREC 2004). It ranks
    /// topics better and takes longer. Where no word is required, it finds articles that have none
    /// of the query's words but some of the added ones.
    #[must_use]
    pub fn feedback(mut self, has_feedback: bool) -> Self {
        self.has_feedback = has_feedback;
        self
    }

    /// Requires every word that is otherwise wished for.
    #[must_use]
    pub fn all(mut self, needs_all: bool) -> Self {
        self.needs_all = needs_all;
        self
    }

    /// Whether near words, then some of the words, are looked for where nothing matches as typed, and
    /// words that no article has are told of; they are unless said. [`Page::answered`] says what the
    /// hits of a page are, and its notes why.
    ///
    /// [`Page::answered`]: crate::Page::answered
    #[must_use]
    pub fn ladder(mut self, has_ladder: bool) -> Self {
        self.has_ladder = has_ladder;
        self
    }

    /// Explains every hit of the page.
    #[must_use]
    pub fn explain(mut self, is_explained: bool) -> Self {
        self.is_explained = is_explained;
        self
    }

    /// The order of the hits; the best first unless said. They have their scores in any order.
    #[must_use]
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Counts all matches by the values of a key as well; see [`Page::facets`](crate::Page::facets).
    #[must_use]
    pub fn facet(mut self, facet: Facet) -> Self {
        self.facets.push(facet);
        self
    }

    /// Whether near-duplicates are shown under the best of them instead of each by itself; they are
    /// unless said. Only [`Searcher::search`](crate::Searcher::search) does so.
    #[must_use]
    pub fn collapse(mut self, collapse: bool) -> Self {
        self.collapse = collapse;
        self
    }

    /// Whether hits show a passage; they do unless said. Without, no text of an article is read, which
    /// is much less work: the snippet of a hit is then empty, and its line is that of its title.
    #[must_use]
    pub fn snippets(mut self, has_snippets: bool) -> Self {
        self.has_snippets = has_snippets;
        self
    }

    /// Only articles whose date is not before the first second of this one; for `7d` and its like,
    /// of the moment so long ago. An article without a date is no hit.
    #[must_use]
    pub fn since(mut self, when: impl Into<When>) -> Self {
        self.since = Some(when.into());
        self
    }

    /// Only articles whose date is not after the last second of this one; for `7d` and its like,
    /// the moment so long ago. An article without a date is no hit.
    #[must_use]
    pub fn until(mut self, when: impl Into<When>) -> Self {
        self.until = Some(when.into());
        self
    }

    /// The moment that `today` and `7d` in the text are counted from, of a longer date its first
    /// second; the clock's unless said. It makes searches repeatable.
    #[must_use]
    pub fn now(mut self, now: Date) -> Self {
        self.now = Some(now);
        self
    }

    /// Ends the search after so long, to within some milliseconds; by default, it takes the time it takes.
    ///
    /// Where the time is over, the page holds the best of what was found so far, and
    /// [`Page::timed_out`](crate::Page::timed_out) says so, as does a note: its numbers are of what was
    /// found, near words are not looked for, and what was not counted or read yet is left out. A search
    /// that ends in time gives the same as without.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use gleaner_query::Query;
    ///
    /// let query = Query::new("robots").timeout(Duration::from_millis(500));
    /// ```
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The text as given.
    pub fn text(&self) -> &str {
        &self.text
    }
}
