//! The evidence of a query with its weights, for one index.

use std::collections::HashMap;
use std::sync::Arc;

use gleaner_store::Snapshot;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::deadline::Deadline;

use super::evidence::{Evidence, WordForm, counted};
use super::postings::Places;
use super::statistics::{Norms, PARTS, Part, SegmentStatistics, Statistics};
use super::{Boosts, Weights};

/// How often all words of a query may go through all the articles.
const MAX_PASSES: u64 = 200;

/// Articles from which on that counts. Of fewer, nothing takes long.
const MIN_ARTICLES: u64 = 10_000;

/// Every list of postings that scores a query, with its factor.
#[derive(Debug)]
pub(crate) struct Ranking {
    pub(crate) words: Vec<Word>,
    pub(crate) weights: Weights,
    pub(crate) norms: [Arc<Norms>; PARTS.len()],
    segments: Arc<[SegmentStatistics]>,
    /// How much longer the unstemmed text is than the stemmed one: 1 but for rounding.
    pub(crate) exact_length: f64,
    pub(crate) boosts: Boosts,
    /// Of how many words only the first so many are here, because more would take too long.
    pub(crate) cut: Option<(usize, usize)>,
}

/// A word of the query.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) label: String,
    /// How often the query says it, or what it weighs as context.
    pub(crate) count: f64,
    /// Its idf to the power of [`Weights::idf_power`].
    pub(crate) mass: f64,
    /// The first word with the same stem: itself, unless the query says it in several forms. These
    /// score each by itself, but are one word where distinct words count.
    pub(crate) same_as: usize,
    /// Whether an article without it is no hit.
    pub(crate) is_required: bool,
    /// Whether its forms count as they stand only, and not with the other inflections.
    pub(crate) is_unstemmed: bool,
    /// Whether the query says it. Words of feedback are only context: they score by the text alone.
    pub(crate) is_asked: bool,
    pub(crate) lists: [List; PARTS.len()],
    pub(crate) title_exact: Vec<Places>,
    /// Forms that are the word as well, and add nothing to a score.
    pub(crate) unscored: Vec<Places>,
    pub(crate) instead: Option<Substitute>,
}

/// What counts where a word is not there.
#[derive(Debug)]
pub(crate) struct Substitute {
    /// How many words it stands for.
    pub(crate) covers: usize,
    pub(crate) lists: [List; PARTS.len()],
}

/// The postings of a word in one part.
#[derive(Debug, Default)]
pub(crate) struct List {
    /// Whether it is read from the unstemmed text in place of its part.
    pub(crate) is_exact: bool,
    /// Weight of the part, times the mass, times `k1 + 1`.
    pub(crate) factor: f64,
    pub(crate) terms: Vec<Places>,
}

/// A word that is not asked for but speaks for an article, with its weight.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Context {
    pub(crate) stem: String,
    pub(crate) weight: f64,
}

impl Ranking {
    pub(crate) fn new(
        snapshot: &Snapshot,
        statistics: &Statistics,
        (weights, deadline): (Weights, &Deadline),
        evidence: Vec<Evidence>,
    ) -> tantivy::Result<Self> {
        let weights = weights.in_range();
        let maker = Maker {
            snapshot,
            statistics,
            weights: &weights,
            deadline,
        };
        let evidence = counted(evidence);
        let of = evidence.len();
        let most = MAX_PASSES * statistics.articles.max(MIN_ARTICLES);
        let mut postings = 0;
        let mut words = Vec::with_capacity(of);
        let mut stems: HashMap<(bool, Vec<String>), usize> = HashMap::new();
        for (at, word) in evidence.into_iter().enumerate() {
            let forms = word.forms.iter().map(|form| form.stem.clone());
            let stem = (word.is_unstemmed, forms.collect());
            let same_as = *stems.entry(stem).or_insert(at);
            let word = maker.word(word, same_as)?;
            postings += word.postings();
            if postings > most && !words.is_empty() {
                break;
            }
            words.push(word);
        }
        let cut = (words.len() < of).then_some((words.len(), of));
        let [text, exact] = [Part::Text, Part::Exact].map(|part| statistics.mean_length(part));
        Ok(Self {
            words,
            weights,
            norms: statistics.norms(&weights),
            segments: Arc::clone(&statistics.segments),
            exact_length: (exact / text.max(1.0)).max(1.0),
            boosts: Boosts::default(),
            cut,
        })
    }

    /// The same with context added to what is asked for.
    pub(crate) fn with_context(
        mut self,
        snapshot: &Snapshot,
        statistics: &Statistics,
        context: Vec<Context>,
    ) -> tantivy::Result<Self> {
        let maker = Maker {
            snapshot,
            statistics,
            weights: &self.weights,
            deadline: &Deadline::default(),
        };
        for word in context {
            self.words.push(maker.context(word)?);
        }
        Ok(self)
    }

    /// The same with the boosts asked for.
    pub(crate) fn with_boosts(mut self, boosts: Boosts) -> Self {
        self.boosts = boosts;
        self
    }

    /// The words the query says.
    pub(crate) fn asked(&self) -> &[Word] {
        let asked = self.words.iter().take_while(|word| word.is_asked).count();
        &self.words[..asked]
    }

    /// The words the query says, each stem once, with their places.
    pub(crate) fn distinct(&self) -> impl Iterator<Item = (usize, &Word)> {
        let asked = self.asked().iter().enumerate();
        asked.filter(|(at, word)| word.same_as == *at)
    }

    /// Whether nearness says anything: a single word is always near to itself.
    pub(crate) fn counts_nearness(&self) -> bool {
        self.weights.near > 0.0 && self.distinct().nth(1).is_some()
    }

    /// What is known of the documents of a segment.
    pub(super) fn segment(&self, ord: usize) -> &SegmentStatistics {
        &self.segments[ord]
    }

    /// A factor for the text no less than that of the unstemmed forms: these occur at most as often as
    /// the stem, in a text as long.
    pub(super) fn most_of_exact(&self, lists: &[List; PARTS.len()]) -> f64 {
        let exact = &lists[Part::Exact as usize];
        if exact.terms.is_empty() {
            0.0
        } else {
            exact.factor * self.exact_length
        }
    }

    /// Whether some article has each of the words asked for.
    pub(crate) fn knows_all_words(&self) -> bool {
        let is_in = |word: &Word, part: Part| !word.lists[part as usize].terms.is_empty();
        let mut asked = self.asked().iter();
        asked.all(|word| is_in(word, Part::Text) || is_in(word, Part::Related))
    }

    /// Number of postings in a segment that bounds are added up from.
    pub(crate) fn postings(&self, ord: usize) -> u64 {
        let lists = self.words.iter().flat_map(|word| {
            let instead = word.instead.iter().flat_map(|instead| &instead.lists);
            word.lists.iter().chain(instead)
        });
        let unscored = self.words.iter().flat_map(|word| &word.unscored);
        let terms = lists.flat_map(|list| &list.terms).chain(unscored);
        terms.map(|term| u64::from(term.documents(ord))).sum()
    }

    /// Sum of the masses of the distinct words asked for.
    pub(crate) fn total_mass(&self) -> f64 {
        self.distinct().map(|(_, word)| word.mass).sum()
    }
}

impl Word {
    /// Number of live documents in the lists that score it.
    fn postings(&self) -> u64 {
        let terms = self.lists.iter().flat_map(|list| &list.terms);
        terms.map(|term| term.frequency).sum()
    }
}

impl List {
    /// The part whose lengths count for the list of a part.
    pub(super) fn measured_by(&self, part: Part) -> Part {
        if self.is_exact { Part::Exact } else { part }
    }
}

struct Maker<'a> {
    snapshot: &'a Snapshot,
    statistics: &'a Statistics,
    weights: &'a Weights,
    deadline: &'a Deadline,
}

impl Maker<'_> {
    fn searcher(&self) -> &Searcher {
        self.snapshot.searcher()
    }

    fn word(&self, evidence: Evidence, same_as: usize) -> tantivy::Result<Word> {
        let (lists, mass) = self.lists(&evidence.forms, evidence.is_unstemmed)?;
        let title_exact = self.places(
            self.snapshot.fields().title_exact,
            evidence.forms.iter().map(|form| form.exact.as_str()),
        )?;
        let instead = match &evidence.instead {
            None => None,
            Some(instead) => Some(Substitute {
                covers: instead.covers,
                lists: self.lists(std::slice::from_ref(&instead.form), false)?.0,
            }),
        };
        Ok(Word {
            label: evidence.label,
            count: f64::from(evidence.count),
            mass,
            same_as,
            is_required: evidence.is_required,
            is_unstemmed: evidence.is_unstemmed,
            is_asked: true,
            lists,
            title_exact,
            unscored: self.places(
                self.snapshot.fields().exact,
                evidence.unscored.iter().map(String::as_str),
            )?,
            instead,
        })
    }

    fn context(&self, context: Context) -> tantivy::Result<Word> {
        let field = self.snapshot.fields().text;
        let terms = self.places(field, [context.stem.as_str()])?;
        let frequency = terms.iter().map(|term| term.frequency).max().unwrap_or(0);
        let mass = self.mass(frequency);
        let mut lists: [List; PARTS.len()] = Default::default();
        lists[Part::Text as usize] = List {
            is_exact: false,
            factor: self.factor(Part::Text, mass),
            terms,
        };
        Ok(Word {
            label: context.stem,
            count: context.weight,
            mass,
            same_as: usize::MAX,
            is_required: false,
            is_unstemmed: false,
            is_asked: false,
            lists,
            title_exact: Vec::new(),
            unscored: Vec::new(),
            instead: None,
        })
    }

    /// The lists of forms in all parts, and the mass of the word.
    ///
    /// One idf for all parts but the exact one: that a word is rare in titles says nothing of the
    /// word. Of several forms the most frequent one decides, so that a rare misspelling is worth no
    /// more than the word.
    fn lists(
        &self,
        forms: &[WordForm],
        is_unstemmed: bool,
    ) -> tantivy::Result<([List; PARTS.len()], f64)> {
        let fields = self.snapshot.fields();
        let mut lists: [List; PARTS.len()] = Default::default();
        // Asked for a field without words, the engine first makes an empty dictionary, which takes longer
        // than a search.
        let has_words = |part: &Part| self.statistics.mean_length(*part) > 0.0;
        for part in PARTS.into_iter().filter(has_words) {
            // Forms meant as they stand are the text; that they are exact says nothing more.
            let (field, is_exact) = match part {
                Part::Text if is_unstemmed => (fields.exact, true),
                Part::Exact if is_unstemmed => continue,
                part => (part.field(fields), part == Part::Exact),
            };
            lists[part as usize].is_exact = is_exact;
            let text = |form: &'_ WordForm| -> String {
                if is_exact {
                    form.exact.clone()
                } else {
                    form.stem.clone()
                }
            };
            let mut texts: Vec<String> = forms.iter().map(text).collect();
            texts.sort_unstable();
            texts.dedup();
            lists[part as usize].terms = self.places(field, texts.iter().map(String::as_str))?;
        }
        let most = |part: Part| {
            let terms = &lists[part as usize].terms;
            terms.iter().map(|term| term.frequency).max().unwrap_or(0)
        };
        let mass = self.mass(most(Part::Text).max(most(Part::Related)));
        let exact_mass = self.mass(most(Part::Exact));
        for part in PARTS {
            let mass = if part == Part::Exact {
                exact_mass
            } else {
                mass
            };
            lists[part as usize].factor = self.factor(part, mass);
        }
        Ok((lists, mass))
    }

    fn places<'t>(
        &self,
        field: Field,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> tantivy::Result<Vec<Places>> {
        let mut places = Vec::new();
        let mut looked = 0;
        for text in texts {
            if self.deadline.passes_at(&mut looked) {
                break;
            }
            let term = Term::from_field_text(field, text);
            places.extend(Places::of(self.searcher(), term)?);
        }
        Ok(places)
    }

    fn mass(&self, frequency: u64) -> f64 {
        self.statistics.idf(frequency).powf(self.weights.idf_power)
    }

    fn factor(&self, part: Part, mass: f64) -> f64 {
        part.weight(self.weights) * mass * (self.weights.k1 + 1.0)
    }
}
