//! The one table of what counts how much.

/// What each kind of evidence counts, with its reason. The defaults were chosen on three judged
/// collections together, never on one of them; DESIGN.md has the figures.
///
/// A weight of 0 leaves the evidence out. Negative weights and weights that are not numbers count
/// as 0.
///
/// ```
/// use gleaner_query::{Query, Weights};
///
/// let mut weights = Weights::default();
/// weights.title = 1.0;
/// let query = Query::new("brain cloning").weights(weights);
/// # let _ = query;
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Weights {
    /// All the words of the article: title, excerpt, topics, author, provider and passages as one
    /// document. The measure of the others.
    pub text: f64,
    /// The word in exactly the form of the query: puts exact forms above other inflections.
    /// Best of .1 to .5.
    pub exact: f64,
    /// The word in the title. More of it helps looking up known titles and hurts topics.
    pub title: f64,
    /// The word in the excerpt.
    pub excerpt: f64,
    /// The word in a heading.
    pub heading: f64,
    /// The word in title or excerpt of a related article, which are no part of `text`.
    pub related: f64,
    /// The best window of [`Weights::window`] words: the idf of all query words in it. Words side
    /// by side count without a rule for phrases. .3 to .6 are alike.
    pub near: f64,
    /// Length of that window in words. 20 to 40 are alike.
    pub window: u32,
    /// A title that is made of the query: counts the idf of its query words, times the share they
    /// are of the query to the power of six. It is next to nothing unless a title has nearly all
    /// words, so it finds known titles and leaves sentences alone.
    pub whole_title: f64,
    /// BM25's saturation of repeated words: the value of the Okapi papers
    /// (<https://doi.org/10.1561/1500000019>) that Lucene keeps as its default.
    pub k1: f64,
    /// BM25's normalization by length, from 0 to 1; from the same source.
    pub b: f64,
    /// Power of the idf. Slightly more than 1 lets rare words decide more often: on all three
    /// collections together 1.2 is better than 1; 1.3 adds nothing once words near each other count.
    pub idf_power: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            text: 1.0,
            exact: 0.3,
            title: 0.5,
            excerpt: 0.25,
            heading: 0.15,
            related: 0.2,
            near: 0.4,
            window: 30,
            whole_title: 1.0,
            k1: 1.2,
            b: 0.75,
            idf_power: 1.2,
        }
    }
}

impl Weights {
    /// The same with everything in its range, so that no score is negative or no number.
    pub(crate) fn in_range(mut self) -> Self {
        for weight in [
            &mut self.text,
            &mut self.exact,
            &mut self.title,
            &mut self.excerpt,
            &mut self.heading,
            &mut self.related,
            &mut self.near,
            &mut self.whole_title,
            &mut self.k1,
            &mut self.b,
            &mut self.idf_power,
        ] {
            *weight = if weight.is_finite() {
                weight.max(0.0)
            } else {
                0.0
            };
        }
        self.b = self.b.min(1.0);
        self.idf_power = self.idf_power.min(4.0);
        self
    }
}
