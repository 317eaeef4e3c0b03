//! Words one right after another.
//!
//! The engine's phrases are made for going to any document: for each they add up the frequencies of
//! the block before it, and fetch positions into lists of their own. A phrase that alone is asked for
//! goes through the postings block by block, and reads the positions of a block at once.

use std::collections::BTreeMap;
use std::iter::once;
use std::slice::Iter;

use tantivy::directory::CompositeFile;
use tantivy::index::{InvertedIndexReader, SegmentComponent};
use tantivy::positions::PositionReader;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::query::{EnableScoring, PhraseQuery, Query, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, SegmentReader, Term};

use crate::compile::union;
use crate::deadline::{Deadline, stoppable};
use crate::filter::DocumentFilter;
use crate::rank::before;

/// Words of a phrase from which on the engine is not asked for it. It opens the postings once for each
/// place of the phrase, and looks at all the places of a document one by one.
const LONG: usize = 32;

/// How many times as many documents as the rarest word of a phrase another one may have for going
/// through its postings to be faster than going to the documents of the rarest.
const RARE: u32 = 128;

/// Words at given places of a text, or near these, in any of several fields.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    fields: Vec<Field>,
    /// Place of each word within the phrase, and its term.
    words: Vec<(usize, String)>,
    /// How far apart the words may be beyond what their places say.
    slop: u32,
    deadline: Deadline,
}

impl Phrase {
    /// The phrase of these words, two or more, each with its place.
    pub(crate) fn new(
        fields: Vec<Field>,
        words: Vec<(usize, String)>,
        slop: u32,
        deadline: &Deadline,
    ) -> Self {
        Self {
            fields,
            words,
            slop,
            deadline: deadline.clone(),
        }
    }

    /// The documents of a segment that have it, deleted ones among them, in ascending order. `None` if
    /// it is for the engine to find them: one of the words is rare in a short phrase, or the words need
    /// only be near.
    pub(crate) fn docs(&self, segment: &SegmentReader) -> tantivy::Result<Option<Vec<DocId>>> {
        if self.slop > 0 {
            return Ok(None);
        }
        let mut opened = Vec::with_capacity(self.fields.len());
        for field in &self.fields {
            let Some(words) = self.open(*field, segment)? else {
                return Ok(None);
            };
            opened.push(words);
        }
        let mut all: Vec<DocId> = opened
            .iter_mut()
            .flat_map(|words| docs_with(words, &self.deadline))
            .collect();
        if self.fields.len() > 1 {
            all.sort_unstable();
            all.dedup();
        }
        Ok(Some(all))
    }

    /// Opens the lists of the words in a field, each word once, the rarest first; none if there is a word
    /// that is nowhere, and `None` if one is too rare.
    fn open(&self, field: Field, segment: &SegmentReader) -> tantivy::Result<Option<Vec<Word>>> {
        let index = segment.inverted_index(field)?;
        let mut infos: Vec<(Vec<usize>, TermInfo)> = Vec::new();
        for (word, places) in self.places() {
            let Some(info) = index.get_term_info(&Term::from_field_text(field, word))? else {
                return Ok(Some(Vec::new()));
            };
            infos.push((places, info));
        }
        infos.sort_by_key(|(places, info)| (info.doc_freq, places.first().copied()));
        let documents = |(_, info): &(Vec<usize>, TermInfo)| info.doc_freq;
        let (least, most) = (infos.first().map(documents), infos.last().map(documents));
        if !self.is_long() && least < most.map(|most| most / RARE) {
            return Ok(None);
        }
        let file = segment.open_read(SegmentComponent::Positions)?;
        let last_place = self.words.iter().map(|(place, _)| *place).max();
        let last_place = last_place.unwrap_or(0);
        let mut words = Vec::with_capacity(infos.len());
        if let Some(positions) = CompositeFile::open(&file)?.open_read(field) {
            for (places, info) in infos {
                let shifts = places.iter().map(|place| (last_place - place) as u32);
                let positions = positions.read_bytes_slice(info.positions_range.clone())?;
                let positions = PositionReader::open(positions)?;
                words.push(Word::new(&index, &info, positions, shifts.collect())?);
            }
        }
        Ok(Some(words))
    }

    /// The different words, each with its places in order.
    fn places(&self) -> BTreeMap<&str, Vec<usize>> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, word) in &self.words {
            places.entry(word).or_default().push(*place);
        }
        places
    }

    fn is_long(&self) -> bool {
        self.words.len() >= LONG
    }

    /// The phrase as the engine has it.
    fn as_engine(&self) -> Box<dyn Query> {
        let of_field = |field: &Field| {
            let words = self.words.iter();
            let terms = words.map(|(place, word)| (*place, Term::from_field_text(*field, word)));
            let phrase = PhraseQuery::new_with_offset_and_slop(terms.collect(), self.slop);
            stoppable(Box::new(phrase), &self.deadline)
        };
        union(self.fields.iter().map(of_field).collect())
    }
}

impl Query for Phrase {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        if self.is_long() && self.slop == 0 {
            return LongPhrase(self.clone())
                .into_query(&self.deadline)
                .weight(scoring);
        }
        self.as_engine().weight(scoring)
    }
}

/// A phrase with too many words for the engine.
#[derive(Debug, Clone)]
struct LongPhrase(Phrase);

impl DocumentFilter for LongPhrase {
    fn docs(&self, segment: &SegmentReader, _: &Deadline) -> tantivy::Result<BitSet> {
        let mut docs = BitSet::with_max_value(segment.max_doc());
        for doc in self.0.docs(segment)?.unwrap_or_default() {
            docs.insert(doc);
        }
        Ok(docs)
    }
}

/// The documents in which the words stand at their places, in ascending order.
fn docs_with(words: &mut [Word], deadline: &Deadline) -> Vec<DocId> {
    let mut docs = Vec::new();
    let [rarest, others @ ..] = words else {
        return docs;
    };
    let mut positions = Vec::new();
    let mut next = rarest.seek(0);
    let mut looked = 0;
    'candidates: while let Some(doc) = next {
        if deadline.passes_at(&mut looked) {
            return docs;
        }
        for other in &mut *others {
            match other.seek(doc) {
                Some(found) if found == doc => {}
                Some(found) => {
                    next = rarest.seek(found);
                    continue 'candidates;
                }
                None => return docs,
            }
        }
        if are_in_place(rarest, others, &mut positions) {
            docs.push(doc);
        }
        next = rarest.next();
    }
    docs
}

/// Whether the words stand at their places in the document that all of them are at. `common` is room
/// for positions.
fn are_in_place(first: &mut Word, others: &mut [Word], common: &mut Vec<u32>) -> bool {
    if let [second] = &mut *others
        && first.shifts.len() == 1
        && second.shifts.len() == 1
    {
        return meet(first.positions(0), second.positions(0));
    }
    // Each word has to be there as often as the phrase says it: of a long phrase, most documents are
    // passed over without looking at a position.
    if !first.is_often_enough() || !others.iter().all(Word::is_often_enough) {
        return false;
    }
    common.clear();
    let mut positions = first.positions(0);
    common.push(positions.here);
    while positions.advance() {
        common.push(positions.here);
    }
    for (at, word) in once(first).chain(others).enumerate() {
        for place in usize::from(at == 0)..word.shifts.len() {
            let mut positions = word.positions(place);
            common
                .retain(|position| positions.advance_to(*position) && positions.here == *position);
            if common.is_empty() {
                return false;
            }
        }
    }
    true
}

/// Whether there is a position that is in both.
fn meet(mut left: Positions<'_>, mut right: Positions<'_>) -> bool {
    while left.here != right.here {
        let is_there = left.advance_to(right.here) && right.advance_to(left.here);
        if !is_there {
            return false;
        }
    }
    true
}

/// The positions of a word in a document, one by one.
struct Positions<'s> {
    here: u32,
    /// The steps from here to the next position, and on.
    steps: Iter<'s, u32>,
}

impl Positions<'_> {
    /// Goes to the next position. `false` if there is none.
    fn advance(&mut self) -> bool {
        let step = self.steps.next();
        self.here += step.unwrap_or(&0);
        step.is_some()
    }

    /// Goes to the first position that is not before another one. `false` if there is none.
    fn advance_to(&mut self, position: u32) -> bool {
        while self.here < position {
            if !self.advance() {
                return false;
            }
        }
        true
    }
}

/// A word of a phrase, at one of its documents.
struct Word {
    postings: BlockSegmentPostings,
    /// Place of the document in the block.
    at: usize,
    positions: PositionReader,
    /// Number of the positions in the blocks before.
    passed: u64,
    /// The steps from position to position in the documents of the block, and where those of each
    /// document end. They are only read where they are needed.
    steps: Vec<u32>,
    ends: Vec<usize>,
    /// Number of places from each of its own to the last word of the phrase; at least one.
    shifts: Vec<u32>,
}

impl Word {
    fn new(
        index: &InvertedIndexReader,
        info: &TermInfo,
        positions: PositionReader,
        shifts: Vec<u32>,
    ) -> tantivy::Result<Self> {
        let option = IndexRecordOption::WithFreqs;
        Ok(Self {
            postings: index.read_block_postings_from_terminfo(info, option)?,
            at: 0,
            positions,
            passed: 0,
            steps: Vec::new(),
            ends: Vec::new(),
            shifts,
        })
    }

    /// Goes to the first document that does not come before `doc`, which must not come before the one at
    /// hand. `None` if there is none.
    fn seek(&mut self, doc: DocId) -> Option<DocId> {
        while self.postings.docs().last().is_some_and(|last| *last < doc) {
            self.next_block();
        }
        let docs = self.postings.docs();
        self.at += before(&docs[self.at..], doc);
        docs.get(self.at).copied()
    }

    /// Goes to the next document; `None` after the last one.
    fn next(&mut self) -> Option<DocId> {
        self.at += 1;
        if self.at >= self.postings.docs().len() {
            self.next_block();
        }
        self.postings.docs().get(self.at).copied()
    }

    fn next_block(&mut self) {
        self.passed += u64::from(self.postings.freqs().iter().sum::<u32>());
        self.postings.advance();
        self.at = 0;
        self.ends.clear();
    }

    /// Whether the document at hand has it as often as the phrase.
    fn is_often_enough(&self) -> bool {
        self.postings.freqs()[self.at] as usize >= self.shifts.len()
    }

    /// The positions in the document at hand, plus the shift of one of its places. There is one at least.
    fn positions(&mut self, place: usize) -> Positions<'_> {
        let freqs = self.postings.freqs();
        if self.ends.is_empty() {
            let mut end = 0;
            self.ends.extend(freqs.iter().map(|freq| {
                end += *freq as usize;
                end
            }));
            self.steps.resize(end, 0);
            self.positions.read(self.passed, &mut self.steps);
        }
        let end = self.ends[self.at];
        let steps = &self.steps[end - freqs[self.at] as usize..end];
        let mut positions = Positions {
            here: self.shifts[place],
            steps: steps.iter(),
        };
        positions.advance();
        positions
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{DocSet, Index, IndexWriter, TERMINATED, TantivyDocument};

    use super::*;

    /// What is found block by block, and what the engine finds, in articles of these texts.
    fn both(texts: &[String], phrase: &[(usize, &str)]) -> (Option<Vec<DocId>>, Vec<DocId>) {
        let mut schema = Schema::builder();
        let fields = vec![
            schema.add_text_field("text", TEXT),
            schema.add_text_field("other", TEXT),
        ];
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index
            .writer_with_num_threads(1, 15_000_000)
            .expect("a writer");
        for (at, text) in texts.iter().enumerate() {
            let mut article = TantivyDocument::new();
            article.add_text(fields[usize::from(at % 3 == 0)], text);
            writer.add_document(article).expect("room");
        }
        writer.commit().expect("an index");
        let searcher = index.reader().expect("a reader").searcher();
        let words = phrase.iter().map(|(at, word)| (*at, (*word).to_owned()));
        let phrase = Phrase::new(fields, words.collect(), 0, &Deadline::default());
        let segment = searcher.segment_reader(0);
        let scoring = EnableScoring::disabled_from_searcher(&searcher);
        let weight = phrase.as_engine().weight(scoring);
        let mut found = weight
            .expect("a weight")
            .scorer(segment, 1.0)
            .expect("docs");
        let mut engine = Vec::new();
        while found.doc() != TERMINATED {
            engine.push(found.doc());
            found.advance();
        }
        (phrase.docs(segment).expect("an index"), engine)
    }

    #[test]
    fn rare_words_are_for_the_engine() {
        let mut texts = vec!["to be sure".to_owned(); 3 * RARE as usize];
        texts[1].push_str(" of it");
        assert_eq!(both(&texts, &[(0, "to"), (1, "of")]), (None, vec![]));
        assert_eq!(both(&texts, &[(0, "sure"), (1, "of")]), (None, vec![1]));
        let (found, engine) = both(&texts, &[(0, "be"), (1, "sure")]);
        assert_eq!((found.as_ref(), engine.len()), (Some(&engine), texts.len()));
        assert_eq!(
            both(&texts, &[(0, "to"), (1, "nowhere")]),
            (Some(vec![]), vec![])
        );
    }

    #[test]
    fn a_long_phrase_is_found_without_the_engine() {
        let rare = "a b ".repeat(LONG / 2);
        let mut texts = vec!["a b a a".to_owned(); 3 * RARE as usize];
        texts[1] = format!("{rare}z a");
        texts[2] = format!("a b {rare}");
        let mut phrase: Vec<(usize, &str)> = ["a", "b"]
            .into_iter()
            .cycle()
            .enumerate()
            .take(LONG)
            .collect();
        assert_eq!(both(&texts, &phrase), (Some(vec![1, 2]), vec![1, 2]));
        phrase.push((LONG, "z"));
        assert_eq!(
            both(&texts, &phrase),
            (Some(vec![1]), vec![1]),
            "rare words too"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn the_documents_of_long_phrases_are_those_of_the_engine(
            texts in proptest::collection::vec("(ab |[ab] ){30,90}", 1..20),
            first in 0..20_usize,
            length in LONG..LONG + 8,
        ) {
            let words = texts[first % texts.len()].split_whitespace().skip(first);
            let phrase: Vec<(usize, &str)> = words.take(length).enumerate().collect();
            prop_assume!(phrase.len() > 1);
            let (found, engine) = both(&texts, &phrase);
            prop_assert!(phrase.len() < LONG || found.is_some());
            prop_assert_eq!(found.unwrap_or(engine.clone()), engine);
        }

        #[test]
        fn the_documents_are_those_of_the_engine(
            texts in proptest::collection::vec("([abc] ){0,12}([ab] ){0,30}", 1..300),
            second in 1..3_usize,
            words in "[abc]{2,4}",
        ) {
            let words: Vec<String> = words.chars().map(String::from).collect();
            let places = [0].into_iter().chain(second..);
            let phrase: Vec<(usize, &str)> = places.zip(words.iter().map(String::as_str)).collect();
            let (found, engine) = both(&texts, &phrase);
            if let Some(found) = found {
                prop_assert_eq!(found, engine);
            }
        }
    }
}
