//! The words of documents turned around: for every term the documents that hold it.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;

use super::arena::Arena;
use super::batch::fetch;
use super::postings::{Detail, Postings};
use super::run::Run;
use super::vocabulary::{Key, NO_TERM, TermId, Vocabulary};
use crate::analysis::{POSITION_GAP, Stems};
use crate::schema::Fields;
use crate::sketch::word_hash;

/// Longest term in bytes: the engine's own limit, `tantivy::tokenizer::MAX_TOKEN_LEN`. Longer ones
/// take their position and are not entered.
const MAX_TERM_BYTES: usize = tantivy::tokenizer::MAX_TOKEN_LEN;

/// A field with terms, by its place in [`Inverted::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Marks,
    Text,
    Exact,
    Title,
    TitleExact,
    Excerpt,
    Heading,
    Related,
    Keys,
}

/// The terms of the documents so far, and their postings field by field.
pub(super) struct Inverted {
    words: Vocabulary,
    /// The terms of marks and keys.
    labels: Vocabulary,
    arena: Arena,
    fields: Vec<InvertedField>,
    /// What belongs to an exact form, by the number of its term.
    forms: Vec<Form>,
    documents: u32,
}

/// What belongs to the exact form of a word.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) exact: TermId,
    /// The stem of the exact form.
    pub(super) stem: TermId,
    /// The hash by which texts are compared.
    pub(super) hash: u64,
}

impl Form {
    pub(super) const UNKNOWN: Self = Self {
        exact: NO_TERM,
        stem: NO_TERM,
        hash: 0,
    };
}

/// The postings of a field, and where the document that is being entered stands.
struct InvertedField {
    postings: Postings,
    /// The number of tokens of each document, in the engine's code of one byte.
    lengths: Vec<u8>,
    tokens: u32,
    place: Place,
}

/// A place among the positions of a field of a document.
#[derive(Default)]
struct Place {
    next: u32,
    /// Position after the last word.
    end: u32,
    gap: bool,
    is_started: bool,
}

impl Place {
    /// The position of the next token; `joined` if it stands where the one before does.
    fn take(&mut self, joined: bool) -> u32 {
        let position = if std::mem::take(&mut self.gap) && self.is_started {
            self.end += POSITION_GAP;
            self.next + POSITION_GAP
        } else if joined {
            self.next.saturating_sub(1)
        } else {
            self.next
        };
        self.is_started = true;
        self.end += u32::from(!joined);
        self.next = position + 1;
        position
    }
}

impl Inverted {
    pub(super) fn new() -> Self {
        let field = |part: &Part| InvertedField {
            postings: Postings::new(part.detail(), part.has_most_terms()),
            lengths: Vec::new(),
            tokens: 0,
            place: Place::default(),
        };
        Self {
            words: Vocabulary::default(),
            labels: Vocabulary::default(),
            arena: Arena::default(),
            fields: Part::ALL.iter().map(field).collect(),
            forms: Vec::new(),
            documents: 0,
        }
    }

    /// Documents entered so far.
    pub(super) fn documents(&self) -> u32 {
        self.documents
    }

    /// Bytes allocated.
    pub(super) fn bytes(&self) -> usize {
        let fields = self.fields.iter().map(|field| field.postings.bytes());
        self.arena.bytes()
            + self.words.bytes()
            + self.labels.bytes()
            + self.forms.capacity() * size_of::<Form>()
            + fields.sum::<usize>()
    }

    /// Has near where the terms of a part with these keys will be looked for.
    pub(super) fn fetch_numbers(&self, part: Part, keys: impl Iterator<Item = Key>) {
        let vocabulary = if part.has_labels() {
            &self.labels
        } else {
            &self.words
        };
        fetch(keys.map(|key| vocabulary.first_seen(key)));
    }

    /// Has near what these terms of a part will be entered into.
    pub(super) fn fetch_lists(&self, part: Part, terms: impl Iterator<Item = TermId> + Clone) {
        let postings = &self.fields[part as usize].postings;
        fetch(terms.clone().map(|term| postings.last_document(term)));
        fetch(terms.map(|term| postings.next_byte(term, &self.arena).into()));
    }

    /// What belongs to the exact form of a word.
    pub(super) fn form(&mut self, exact: &str, key: Key, stems: &Stems) -> Form {
        let number = self.words.number_of(key, exact.as_bytes());
        if let Some(form) = self.forms.get(number as usize)
            && form.stem != NO_TERM
        {
            return *form;
        }
        let stem = stems.new_stem(exact);
        let stem = stem.map_or(number, |stem| self.words.number(stem.as_bytes()));
        let form = Form {
            exact: number,
            stem,
            hash: word_hash(exact),
        };
        if self.forms.len() < self.words.len() {
            self.forms.resize(self.words.len(), Form::UNKNOWN);
        }
        self.forms[number as usize] = form;
        form
    }

    /// The stem of a word, and that of its exact form if it is another one. `marked` is the word with its
    /// diacritics, if these make a difference.
    pub(super) fn stems(
        &mut self,
        marked: Option<&str>,
        form: Form,
        stems: &mut Stems,
    ) -> (TermId, Option<TermId>) {
        let Some(marked) = marked else {
            return (form.stem, None);
        };
        let stem = self.words.number(stems.stem(marked).as_bytes());
        (stem, (stem != form.stem).then_some(form.stem))
    }

    /// Enters a token; `joined` if it stands at the position of the one before.
    #[inline]
    pub(super) fn push(&mut self, part: Part, term: TermId, joined: bool) {
        let field = &mut self.fields[part as usize];
        let position = field.place.take(joined);
        field.tokens += 1;
        field
            .postings
            .add(term, self.documents, position, &mut self.arena);
    }

    /// The number of a label; `None` for one that is too long to be entered.
    pub(super) fn label(&mut self, label: &[u8], key: Key) -> Option<TermId> {
        (label.len() <= MAX_TERM_BYTES).then(|| self.labels.number_of(key, label))
    }

    /// Enters a token of a field of labels, by its number if it is to be found.
    pub(super) fn push_label(&mut self, part: Part, label: Option<TermId>, joined: bool) {
        match label {
            Some(term) => self.push(part, term, joined),
            None => {
                self.fields[part as usize].place.take(joined);
            }
        }
    }

    /// Marks the document.
    pub(super) fn push_mark(&mut self, mark: &str) {
        let mark = mark.as_bytes();
        let label = self.label(mark, Key::of(mark));
        self.push_label(Part::Marks, label, false);
    }

    /// Leaves a gap before the next token, so that no phrase reaches across.
    pub(super) fn gap(&mut self, part: Part) {
        self.fields[part as usize].place.gap = true;
    }

    /// A position that is after all tokens so far, and not after the next one.
    pub(super) fn next_position(&self, part: Part) -> u32 {
        self.fields[part as usize].place.end
    }

    /// Goes on to the next document.
    pub(super) fn finish_document(&mut self) {
        for field in &mut self.fields {
            let length = FieldNormReader::fieldnorm_to_id(field.tokens);
            field.lengths.push(length);
            field.tokens = 0;
            field.place = Place::default();
        }
        self.documents += 1;
    }

    /// Empties this into a run.
    pub(super) fn take_run(&mut self) -> Run {
        let Self {
            words,
            labels,
            arena,
            fields,
            documents,
            ..
        } = std::mem::replace(self, Self::new());
        let (sorted_words, sorted_labels) = (words.sorted(), labels.sorted());
        let mut run = Run::new(documents);
        for (part, field) in Part::ALL.into_iter().zip(fields) {
            let (vocabulary, sorted) = if part.has_labels() {
                (&labels, &sorted_labels)
            } else {
                (&words, &sorted_words)
            };
            run.begin_field(field.postings.tokens(), field.lengths);
            for &term in sorted {
                if let Some(list) = field.postings.list(term) {
                    run.add(vocabulary.term(term), list.documents(), |bytes| {
                        field.postings.copy(list, &arena, bytes);
                    });
                }
            }
        }
        run
    }
}

impl Part {
    /// All parts, in the order of their fields in the schema.
    pub(super) const ALL: [Self; 9] = [
        Self::Marks,
        Self::Text,
        Self::Exact,
        Self::Title,
        Self::TitleExact,
        Self::Excerpt,
        Self::Heading,
        Self::Related,
        Self::Keys,
    ];

    /// The field of the part.
    pub(super) fn field(self, fields: &Fields) -> Field {
        match self {
            Self::Marks => fields.marks,
            Self::Text => fields.text,
            Self::Exact => fields.exact,
            Self::Title => fields.title,
            Self::TitleExact => fields.title_exact,
            Self::Excerpt => fields.excerpt,
            Self::Heading => fields.heading,
            Self::Related => fields.related,
            Self::Keys => fields.keys,
        }
    }

    /// What the schema keeps of its terms.
    pub(super) fn detail(self) -> Detail {
        match self {
            Self::Marks | Self::TitleExact => Detail::Nothing,
            Self::Exact => Detail::Frequencies,
            _ => Detail::Positions,
        }
    }

    /// Whether most words, or most labels, are among its terms.
    fn has_most_terms(self) -> bool {
        matches!(self, Self::Text | Self::Exact | Self::Keys)
    }

    /// Whether its terms are something else than words.
    fn has_labels(self) -> bool {
        matches!(self, Self::Marks | Self::Keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_forms_share_a_position_and_parts_are_apart() {
        let mut place = Place {
            gap: true,
            ..Place::default()
        };
        let positions = [place.take(false), place.take(true), place.take(false)];
        assert_eq!(positions, [0, 0, 1], "nothing is before the first part");
        place.gap = true;
        assert_eq!(place.take(false), 2 + POSITION_GAP);
        assert_eq!(place.end, 3 + POSITION_GAP);
    }

    #[test]
    fn the_parts_are_the_fields_with_terms_in_the_order_of_the_schema() {
        let (schema, fields) = crate::schema::schema();
        let indexed = schema.fields().filter(|(_, entry)| entry.is_indexed());
        let indexed: Vec<Field> = indexed.map(|(field, _)| field).collect();
        assert_eq!(Part::ALL.map(|part| part.field(&fields)).to_vec(), indexed);
        for part in Part::ALL {
            let option = schema.get_field_entry(part.field(&fields)).field_type();
            let option = option.index_record_option().expect("an indexed field");
            let detail = part.detail();
            assert_eq!(option.has_freq(), detail != Detail::Nothing, "{part:?}");
            assert_eq!(
                option.has_positions(),
                detail == Detail::Positions,
                "{part:?}"
            );
            assert_eq!(Part::ALL[part as usize], part);
        }
    }
}
