//! The exact score of a document.

use tantivy::DocId;
use tantivy::schema::IndexRecordOption;

use super::boost::SegmentBoosts;
use super::bound::BoundedDoc;
use super::lists::SegmentLists;
use super::near::{Nearness, Window};
use super::postings::Occurrences;
use super::ranking::{List, Ranking, Word};
use super::statistics::{PARTS, Part};

/// How much of the evidence for a whole title rests on the words standing there in exactly the form
/// of the query. .2 to 1 are alike; without it, known titles are found less often.
pub(super) const EXACT_SHARE: f64 = 0.5;

/// Sums of the same numbers in another order differ by less than this.
const ROUNDING: f64 = 1.0 + 1e-9;

/// The numbers a score is the sum of.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Scores {
    /// One for each word of the ranking.
    pub(crate) words: Vec<WordScore>,
    /// For words near each other.
    pub(crate) near: f64,
    /// The window with these words.
    pub(crate) window: Window,
    /// For a title made of the query.
    pub(crate) whole_title: f64,
    /// For being recent; may be less than 0.
    pub(crate) recent: f64,
    /// For quality; may be less than 0.
    pub(crate) quality: f64,
}

/// What a word adds.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct WordScore {
    /// By `Part as usize`.
    pub(crate) parts: [f64; PARTS.len()],
    /// Whether the article has the word in its text.
    pub(crate) is_there: bool,
    /// Whether it has it in the title.
    pub(crate) is_in_title: bool,
}

impl WordScore {
    /// What each part adds, in the order in which they are added up.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, f64)> {
        PARTS.into_iter().zip(self.parts)
    }
}

impl Scores {
    /// The score: its parts, added up in the order of the query, so that the sum is the same to the
    /// last bit wherever the document lies.
    pub(crate) fn total(&self) -> f64 {
        self.relevance() + self.recent + self.quality
    }

    fn relevance(&self) -> f64 {
        // A sum of nothing is -0 to the standard library.
        let words = self.words.iter().flat_map(|word| word.parts);
        words.fold(0.0, |sum, part| sum + part) + self.near + self.whole_title
    }
}

/// Scores documents of one segment. They have to come in ascending order.
pub(crate) struct SegmentScorer<'r> {
    ranking: &'r Ranking,
    words: Vec<WordScorer<'r>>,
    masses: Vec<f64>,
    total_mass: f64,
    nearness: Nearness,
    positions: Vec<u32>,
    boosts: SegmentBoosts,
    /// What makes of the relevance a number no less than the score.
    most: f64,
    scores: Scores,
}

struct WordScorer<'r> {
    word: &'r Word,
    parts: [Option<PartScorer<'r>>; PARTS.len()],
    title_exact: Option<Occurrences>,
    instead: [Option<PartScorer<'r>>; PARTS.len()],
    /// What the exact form counts at most, as a share of what the text counts.
    exact_share: f64,
}

struct PartScorer<'r> {
    factor: f64,
    norms: &'r [f64; 256],
    occurrences: Occurrences,
    lengths: &'r [u8],
}

impl<'r> SegmentScorer<'r> {
    pub(crate) fn new(lists: &SegmentLists<'r>) -> tantivy::Result<Self> {
        let ranking = lists.ranking;
        let words = (0..ranking.words.len()).map(|word| WordScorer::new(lists, word));
        let words = words.collect::<tantivy::Result<Vec<_>>>()?;
        Ok(Self {
            ranking,
            scores: Scores {
                words: vec![WordScore::default(); words.len()],
                ..Scores::default()
            },
            words,
            masses: ranking.asked().iter().map(|word| word.mass).collect(),
            total_mass: ranking.total_mass(),
            nearness: Nearness::default(),
            positions: Vec::new(),
            boosts: ranking.boosts.in_segment(lists.segment)?,
            most: ranking.boosts.most() * ROUNDING,
        })
    }

    /// The numbers of a document.
    pub(crate) fn score(&mut self, doc: DocId) -> &Scores {
        self.score_texts(doc);
        self.score_other_parts(doc);
        self.score_nearness(doc);
        &self.scores
    }

    /// The score of a document; `None` where it is less than `least`.
    ///
    /// What takes long to read comes last, and is left out where it cannot matter any more.
    pub(crate) fn score_at_least(&mut self, found: BoundedDoc, least: f64) -> Option<f64> {
        let BoundedDoc { doc, bound } = found;
        let too_much = self.score_texts(doc);
        if f64::from(bound) - too_much < least {
            return None;
        }
        self.score_other_parts(doc);
        let relevance = self.scores.relevance() + self.nearest();
        if relevance * self.most < least {
            return None;
        }
        self.score_nearness(doc);
        Some(self.scores.total()).filter(|score| *score >= least)
    }

    /// Scores the words by the text and the unstemmed text. Gives by how much at least the bound of the
    /// document is too high.
    fn score_texts(&mut self, doc: DocId) -> f64 {
        let mut too_much = 0.0;
        for (scorer, score) in self.words.iter_mut().zip(&mut self.scores.words) {
            *score = WordScore::default();
            too_much += scorer.score_texts(doc, score);
        }
        too_much
    }

    /// Scores everything else but how near the words stand.
    fn score_other_parts(&mut self, doc: DocId) {
        for (scorer, score) in self.words.iter_mut().zip(&mut self.scores.words) {
            scorer.score_others(doc, score);
        }
        self.stand_in(doc);
        self.scores.window = Window::default();
        self.scores.near = 0.0;
        self.scores.whole_title = self.whole_title(doc);
    }

    /// The most that nearness can add.
    fn nearest(&self) -> f64 {
        let words = self.scores.words[..self.masses.len()].iter();
        let there = words.zip(&self.masses).filter(|(word, _)| word.is_there);
        self.ranking.weights.near * there.map(|(_, mass)| mass).sum::<f64>()
    }

    fn score_nearness(&mut self, doc: DocId) {
        self.scores.window = self.nearness(doc);
        self.scores.near = self.ranking.weights.near * self.scores.window.mass;
        let relevance = self.scores.relevance();
        (self.scores.recent, self.scores.quality) = self.boosts.of(doc, relevance);
    }

    /// Lets joined forms count for words that are not there.
    fn stand_in(&mut self, doc: DocId) {
        for at in 0..self.words.len() {
            if self.scores.words[at].is_there {
                continue;
            }
            let WordScorer { word, instead, .. } = &mut self.words[at];
            let Some(substitute) = &word.instead else {
                continue;
            };
            let mut score = WordScore::default();
            add_parts(&mut score, instead, &PARTS, (word.count, &ALONE), doc);
            if score.is_there {
                self.scores.words[at].parts = score.parts;
                let end = (at + substitute.covers).min(self.words.len());
                for covered in &mut self.scores.words[at..end] {
                    covered.is_there = true;
                }
            }
        }
    }

    fn nearness(&mut self, doc: DocId) -> Window {
        if !self.ranking.counts_nearness() {
            return Window::default();
        }
        self.nearness.clear();
        let words = self.words.iter_mut().zip(&self.scores.words);
        for (at, (scorer, score)) in words.take(self.masses.len()).enumerate() {
            if score.parts[Part::Text as usize] <= 0.0 || scorer.word.same_as != at {
                continue;
            }
            if let Some(text) = &mut scorer.parts[Part::Text as usize] {
                self.positions.clear();
                text.occurrences.positions(doc, &mut self.positions);
                self.nearness.add(at, &self.positions);
            }
        }
        self.nearness
            .best(&self.masses, self.ranking.weights.window)
    }

    fn whole_title(&mut self, doc: DocId) -> f64 {
        let (mut mass, mut exact_mass) = (0.0, 0.0);
        let words = self.words.iter_mut().zip(&self.scores.words).enumerate();
        for (at, (scorer, score)) in words {
            if !score.is_in_title || scorer.word.same_as != at {
                continue;
            }
            mass += scorer.word.mass;
            if let Some(exact) = &mut scorer.title_exact
                && exact.count(doc) > 0
            {
                exact_mass += scorer.word.mass;
            }
        }
        let share = (mass * (1.0 - EXACT_SHARE) + exact_mass * EXACT_SHARE) / self.total_mass;
        whole_title(self.ranking, mass, share)
    }
}

/// What a title is worth that has words of `mass`, which are `share` of the query.
pub(crate) fn whole_title(ranking: &Ranking, mass: f64, share: f64) -> f64 {
    if mass > 0.0 {
        ranking.weights.whole_title * mass * share.powi(6)
    } else {
        0.0
    }
}

impl<'r> WordScorer<'r> {
    fn new(lists: &SegmentLists<'r>, at: usize) -> tantivy::Result<Self> {
        let ranking = lists.ranking;
        let word = &ranking.words[at];
        let [mut parts, mut instead]: [[Option<PartScorer<'r>>; PARTS.len()]; 2] =
            Default::default();
        for part in PARTS {
            let near = part == Part::Text && word.is_asked && ranking.counts_nearness();
            let option = if near {
                IndexRecordOption::WithFreqsAndPositions
            } else {
                IndexRecordOption::WithFreqs
            };
            let scorer = |list: &List, occurrences| PartScorer {
                factor: list.factor,
                norms: &ranking.norms[part as usize].exact,
                occurrences,
                lengths: &ranking.segment(lists.ord).lengths[list.measured_by(part) as usize],
            };
            let opened = lists.part(at, part, option)?;
            parts[part as usize] = opened.map(|found| scorer(&word.lists[part as usize], found));
            if let Some(substitute) = &word.instead {
                let list = &substitute.lists[part as usize];
                let opened = lists.open(None, &list.terms, option)?;
                instead[part as usize] = opened.map(|found| scorer(list, found));
            }
        }
        Ok(Self {
            word,
            parts,
            title_exact: lists.title_exact(at)?,
            instead,
            exact_share: ranking.most_of_exact(&word.lists)
                / word.lists[Part::Text as usize].factor,
        })
    }

    /// Adds what the texts say. Gives by how much the bound of the exact form, which is as if the word
    /// stood in this form wherever it stands, is more than that.
    fn score_texts(&mut self, doc: DocId, score: &mut WordScore) -> f64 {
        let alone = self.alone();
        add_parts(
            score,
            &mut self.parts,
            &TEXTS,
            (self.word.count, alone),
            doc,
        );
        let [text, exact] = [Part::Text, Part::Exact].map(|part| score.parts[part as usize]);
        text * self.exact_share - exact
    }

    /// Adds what the other parts say.
    fn score_others(&mut self, doc: DocId, score: &mut WordScore) {
        let alone = self.alone();
        add_parts(
            score,
            &mut self.parts,
            &OTHERS,
            (self.word.count, alone),
            doc,
        );
    }

    /// Parts are known by stems only: of a word meant as it stands, they do not say that it is there.
    fn alone(&self) -> &'static [Part] {
        if self.word.is_unstemmed {
            &[Part::Text]
        } else {
            &ALONE
        }
    }
}

/// The texts as a whole, and the other parts.
const TEXTS: [Part; 2] = [Part::Text, Part::Exact];
const OTHERS: [Part; 4] = [Part::Title, Part::Excerpt, Part::Heading, Part::Related];

/// The parts that say by themselves that a word is there. All but the related articles are parts of
/// the text.
const ALONE: [Part; 2] = [Part::Text, Part::Related];

/// Adds what some parts say of a word of this count. Those of `alone` say by themselves that it is
/// there.
fn add_parts(
    score: &mut WordScore,
    parts: &mut [Option<PartScorer<'_>>; PARTS.len()],
    which: &[Part],
    (count, alone): (f64, &[Part]),
    doc: DocId,
) {
    for part in which.iter().copied() {
        if !score.is_there && !alone.contains(&part) {
            continue;
        }
        let Some(scorer) = &mut parts[part as usize] else {
            continue;
        };
        let Some(value) = scorer.score(doc) else {
            continue;
        };
        score.parts[part as usize] = count * value;
        score.is_there = true;
        score.is_in_title |= part == Part::Title;
    }
}

impl PartScorer<'_> {
    /// BM25 of the word in this part; `None` if it does not occur.
    fn score(&mut self, doc: DocId) -> Option<f64> {
        let count = self.occurrences.count(doc);
        if count == 0 {
            return None;
        }
        let count = f64::from(count);
        let norm = self.norms[usize::from(self.lengths[doc as usize])];
        Some(self.factor * count / (count + norm))
    }
}
