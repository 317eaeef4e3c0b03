//! What a query says of relevance, before anything is known of the index.

/// A word as the index has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WordForm {
    pub(crate) stem: String,
    pub(crate) exact: String,
}

/// A word of the query as evidence.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// The word as explanations name it.
    pub(crate) label: String,
    /// The forms that count as this word: a single one, or what a prefix or pattern stands for.
    pub(crate) forms: Vec<WordForm>,
    /// More forms that make an article a hit, as they stand in it, and add nothing to its score.
    pub(crate) unscored: Vec<String>,
    /// Whether the forms are meant as they stand, as those of a prefix are, and not with the other
    /// inflections of the word.
    pub(crate) is_unstemmed: bool,
    /// Whether an article without it is no hit. Only said where words alone decide.
    pub(crate) is_required: bool,
    /// How often the query says it.
    pub(crate) count: u32,
    /// A form that counts where this word is not there.
    pub(crate) instead: Option<Instead>,
}

/// A form that stands in for a word and for those after it: `junge` for `jung` and `e`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Instead {
    pub(crate) form: WordForm,
    /// How many words it stands for, at least 1.
    pub(crate) covers: usize,
}

impl Evidence {
    /// A single word in any inflection.
    pub(crate) fn word(form: WordForm) -> Self {
        Self {
            is_unstemmed: false,
            ..Self::forms(form.exact.clone(), vec![form])
        }
    }

    /// Forms that count as one word, exactly as they are.
    pub(crate) fn forms(label: String, forms: Vec<WordForm>) -> Self {
        Self {
            label,
            forms,
            unscored: Vec::new(),
            is_unstemmed: true,
            is_required: false,
            count: 1,
            instead: None,
        }
    }
}

/// Counts words that are said again instead of repeating them. The order is that of the first time.
pub(crate) fn counted(evidence: Vec<Evidence>) -> Vec<Evidence> {
    let mut counted: Vec<Evidence> = Vec::with_capacity(evidence.len());
    let mut places = std::collections::HashMap::new();
    let mut covered = 0;
    for word in evidence {
        // A form that stands in for several words counts on their places.
        let is_alone = covered == 0 && word.instead.is_none();
        covered = match &word.instead {
            Some(instead) => instead.covers.saturating_sub(1),
            None => covered.saturating_sub(1),
        };
        let key = (word.is_unstemmed, word.forms.clone());
        let seen = places.get(&key).copied();
        if let Some(place) = seen.filter(|_| is_alone) {
            let first: &mut Evidence = &mut counted[place];
            first.count += word.count;
            first.is_required |= word.is_required;
        } else {
            places.entry(key).or_insert(counted.len());
            counted.push(word);
        }
    }
    counted
}
