//! The languages articles may be in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Makes [`Language`] from a table of its variants, their names and their ISO 639-1 codes.
macro_rules! languages {
    ($($language:ident $name:literal $code:literal,)*) => {
        /// The language of the articles of an index, which decides what forms of a word are taken
        /// for the same. It is a property of the index, stated and never detected.
        ///
        /// The stemmers are those of [Snowball](https://snowballstem.org).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[non_exhaustive]
        pub enum Language {
            $(#[doc = concat!("`", $name, "`, `", $code, "`")] $language,)*
            /// `none`: every form of a word is a word of its own.
            None,
        }

        impl Language {
            /// All languages in the order of their names, and last [`Language::None`].
            pub const ALL: &[Self] = &[$(Self::$language,)* Self::None];

            /// The name in English, in small letters; `none` for no language.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$language => $name,)*
                    Self::None => "none",
                }
            }

            /// The code of ISO 639-1; nothing for no language.
            pub fn code(self) -> Option<&'static str> {
                match self {
                    $(Self::$language => Some($code),)*
                    Self::None => None,
                }
            }

            pub(super) fn stemmer(self) -> Option<frostem::Stemmer> {
                let algorithm = match self {
                    $(Self::$language => frostem::Algorithm::$language,)*
                    Self::None => return None,
                };
                Some(frostem::Stemmer::new(algorithm))
            }
        }
    };
}

languages! {
    Arabic "arabic" "ar",
    Armenian "armenian" "hy",
    Basque "basque" "eu",
    Catalan "catalan" "ca",
    Czech "czech" "cs",
    Danish "danish" "da",
    Dutch "dutch" "nl",
    English "english" "en",
    Esperanto "esperanto" "eo",
    Estonian "estonian" "et",
    Finnish "finnish" "fi",
    French "french" "fr",
    German "german" "de",
    Greek "greek" "el",
    Hindi "hindi" "hi",
    Hungarian "hungarian" "hu",
    Indonesian "indonesian" "id",
    Irish "irish" "ga",
    Italian "italian" "it",
    Lithuanian "lithuanian" "lt",
    Nepali "nepali" "ne",
    Norwegian "norwegian" "no",
    Persian "persian" "fa",
    Polish "polish" "pl",
    Portuguese "portuguese" "pt",
    Romanian "romanian" "ro",
    Russian "russian" "ru",
    Serbian "serbian" "sr",
    Sesotho "sesotho" "st",
    Spanish "spanish" "es",
    Swedish "swedish" "sv",
    Tamil "tamil" "ta",
    Turkish "turkish" "tr",
    Yiddish "yiddish" "yi",
}

#[expect(
    clippy::derivable_impls,
    reason = "the table has no place for the attribute that would derive it"
)]
impl Default for Language {
    fn default() -> Self {
        Self::English
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No language has this name or code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no language is called `{0}`")]
pub struct UnknownLanguage(String);

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;

    /// Reads a name or a code, in any case.
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let text = text.trim().to_lowercase();
        let text = match &*text {
            // The two written forms of Norwegian have codes of their own.
            "nb" | "nn" => "no",
            other => other,
        };
        let is_meant = |language: &&Self| language.name() == text || language.code() == Some(text);
        let language = Self::ALL.iter().find(is_meant);
        language
            .copied()
            .ok_or_else(|| UnknownLanguage(text.to_owned()))
    }
}

impl Language {
    /// Whether a stem always begins with the letter its word begins with: no prefixes are taken off.
    fn keeps_initials(self) -> bool {
        !matches!(
            self,
            Self::Arabic
                | Self::Dutch
                | Self::Esperanto
                | Self::Greek
                | Self::Hindi
                | Self::Indonesian
                | Self::Irish
                | Self::Lithuanian
                | Self::Nepali
                | Self::Persian
                | Self::Serbian
                | Self::Sesotho
                | Self::Tamil
                | Self::Yiddish
        )
    }

    /// How much of a stem, in bytes, all words with this stem begin with; nothing where words may
    /// begin otherwise.
    ///
    /// The English stemmer takes off endings, and writes two letters of its own at most: `ble` for
    /// `bility`, `die` for `dying`.
    pub(super) fn kept_of(self, stem: &str) -> usize {
        let first = stem.chars().next().map_or(0, char::len_utf8);
        match self {
            Self::None => stem.len(),
            Self::English => {
                let mut ends = (first..=stem.len().saturating_sub(2)).rev();
                ends.find(|&end| stem.is_char_boundary(end))
                    .unwrap_or(first)
            }
            _ if self.keeps_initials() => first,
            _ => 0,
        }
    }

    /// Whether the stemmer knows endings by their diacritics, so that it has to see them. The
    /// others do as well or better with folded words: they fold themselves, or have the folded
    /// endings too.
    pub(super) fn stems_diacritics(self) -> bool {
        matches!(
            self,
            Self::Catalan
                | Self::Czech
                | Self::Esperanto
                | Self::Estonian
                | Self::French
                | Self::Hungarian
                | Self::Irish
                | Self::Italian
                | Self::Lithuanian
                | Self::Polish
                | Self::Portuguese
                | Self::Romanian
                | Self::Serbian
                | Self::Spanish
                | Self::Turkish
        )
    }

    /// Whether `'s` at the end of a word is a possessive, which is dropped.
    pub(super) fn has_possessives(self) -> bool {
        matches!(self, Self::English)
    }

    /// Words that are shortened before a vowel and written together with the next word, in small
    /// letters: `l` of `l'amour`. They are dropped.
    pub(super) fn elisions(self) -> &'static [&'static str] {
        match self {
            Self::French => &[
                "l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu",
            ],
            Self::Italian => &[
                "l", "un", "d", "c", "m", "s", "t", "v", "gl", "all", "dall", "dell", "nell",
                "sull", "coll", "quell", "quest", "bell", "sant",
            ],
            Self::Catalan => &["l", "d", "m", "n", "s", "t"],
            _ => &[],
        }
    }
}
