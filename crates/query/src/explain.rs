//! Why an article was found, in words and in numbers.

use std::fmt;

use crate::rank::{Part, Ranking, Scores, WordScore};

/// Why an article stands where it stands.
///
/// Its `Display` is one line for people: `3 of 4 words, 2 in the title, words adjacent, 12 days old`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// How many words of the query the article has.
    pub words_there: usize,
    /// How many words of the query count; common words beside others do not, and repeated ones
    /// count once.
    pub words: usize,
    /// How many of them the title has.
    pub words_in_title: usize,
    /// How many of them the article has only in the titles and excerpts of related articles.
    pub words_in_related: usize,
    /// How many different ones stand within the window of words that counts as near.
    pub words_near: usize,
    /// Whether these stand side by side, in any order.
    pub are_adjacent: bool,
    /// Whole days from the date of publication to now; negative for one that is to come. `None` if
    /// the article has no date.
    pub age_days: Option<i64>,
    /// The numbers that add up to the score, in the order in which they do: the sum from the first
    /// to the last equals the score to the last bit.
    pub parts: Vec<ScorePart>,
}

/// One of the numbers a score is the sum of.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ScorePart {
    /// What it is for.
    pub reason: Reason,
    /// The word it is for, if it is for a single one: as typed, folded.
    pub word: Option<String>,
    /// What it adds; negative only where a boost takes from the score.
    pub value: f64,
}

/// What a part of a score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The word is in the article.
    Text,
    /// It is there in exactly this form.
    Exact,
    /// It is in the title.
    Title,
    /// It is in the excerpt.
    Excerpt,
    /// It is in a heading.
    Heading,
    /// It is in the title or excerpt of a related article.
    Related,
    /// The article has a word that the best hits have in common.
    Feedback,
    /// Words stand near each other.
    Near,
    /// The title is made of the query.
    WholeTitle,
    /// A boost by date.
    Recent,
    /// A boost by quality.
    Quality,
}

impl Reason {
    /// The name in JSON and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Exact => "exact",
            Self::Title => "title",
            Self::Excerpt => "excerpt",
            Self::Heading => "heading",
            Self::Related => "related",
            Self::Feedback => "feedback",
            Self::Near => "near",
            Self::WholeTitle => "whole_title",
            Self::Recent => "recent",
            Self::Quality => "quality",
        }
    }
}

impl From<Part> for Reason {
    fn from(part: Part) -> Self {
        match part {
            Part::Text => Self::Text,
            Part::Exact => Self::Exact,
            Part::Title => Self::Title,
            Part::Excerpt => Self::Excerpt,
            Part::Heading => Self::Heading,
            Part::Related => Self::Related,
        }
    }
}

impl Explanation {
    pub(crate) fn of(ranking: &Ranking, scores: &Scores, age_days: Option<i64>) -> Self {
        // A word in two forms is one word.
        let count = |is: fn(&WordScore) -> bool| {
            let distinct = ranking.distinct().map(|(at, _)| &scores.words[at]);
            distinct.filter(|word| is(word)).count()
        };
        Self {
            words_there: count(|word| word.is_there),
            words: count(|_| true),
            words_in_title: count(|word| word.is_in_title),
            words_in_related: count(|word| {
                word.parts[Part::Related as usize] > 0.0 && word.parts[Part::Text as usize] <= 0.0
            }),
            words_near: scores.window.words as usize,
            are_adjacent: scores.window.words > 1 && scores.window.span <= scores.window.words,
            age_days,
            parts: parts(ranking, scores),
        }
    }
}

/// The numbers that are not zero. Zeros change no sum.
fn parts(ranking: &Ranking, scores: &Scores) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    for (word, score) in ranking.words.iter().zip(&scores.words) {
        for (part, value) in score.parts() {
            let reason = if word.is_asked {
                part.into()
            } else {
                Reason::Feedback
            };
            parts.push(ScorePart {
                reason,
                word: Some(word.label.clone()),
                value,
            });
        }
    }
    let others = [
        (Reason::Near, scores.near),
        (Reason::WholeTitle, scores.whole_title),
        (Reason::Recent, scores.recent),
        (Reason::Quality, scores.quality),
    ];
    parts.extend(others.map(|(reason, value)| ScorePart {
        reason,
        word: None,
        value,
    }));
    parts.retain(|part| part.value != 0.0);
    parts
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            words_there,
            words,
            words_in_title,
            words_in_related,
            words_near,
            are_adjacent,
            ..
        } = self;
        let noun = if *words == 1 { "word" } else { "words" };
        match words {
            0 => f.write_str("matches the conditions")?,
            _ if words_there == words && *words > 1 => write!(f, "all {words} {noun}")?,
            _ => write!(f, "{words_there} of {words} {noun}")?,
        }
        match words_in_title {
            0 => {}
            _ if words_in_title == words_there => f.write_str(", in the title")?,
            _ => write!(f, ", {words_in_title} in the title")?,
        }
        match words_in_related {
            0 => {}
            _ if words_in_related == words_there => f.write_str(", in related articles")?,
            _ => write!(f, ", {words_in_related} in related articles")?,
        }
        match words_near {
            0 | 1 => {}
            _ if *are_adjacent && words_near == words_there => f.write_str(", words adjacent")?,
            _ if *are_adjacent => write!(f, ", {words_near} adjacent")?,
            _ => write!(f, ", {words_near} near each other")?,
        }
        if self.has(Reason::WholeTitle, 0.0) && words_in_title == words && *words > 1 {
            f.write_str(", a title of these words")?;
        }
        if self
            .parts
            .iter()
            .any(|part| part.reason == Reason::Feedback)
        {
            f.write_str(", words of the best hits")?;
        }
        for (reason, name) in [(Reason::Recent, "date"), (Reason::Quality, "quality")] {
            let value = self.parts.iter().find(|part| part.reason == reason);
            match value.map(|part| part.value) {
                Some(value) if value > 0.0 => write!(f, ", raised for its {name}")?,
                Some(value) if value < 0.0 => write!(f, ", lowered for its {name}")?,
                _ => {}
            }
        }
        match self.age_days {
            Some(days @ 0..) => write!(f, ", {} old", Span(days)),
            Some(days) => write!(f, ", dated {} from now", Span(-days)),
            None => Ok(()),
        }
    }
}

/// A number of days in the unit that says enough.
struct Span(i64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Months and years of mean length.
        let (count, unit) = match self.0 {
            days @ ..60 => (days, "day"),
            days @ ..731 => (days * 12 / 365, "month"),
            days => (days * 4 / 1461, "year"),
        };
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} {unit}{plural}")
    }
}

impl Explanation {
    fn has(&self, reason: Reason, least: f64) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|part| part.reason == reason && part.value > least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_in_the_unit_that_says_enough() {
        let shown = |days| Span(days).to_string();
        assert_eq!(shown(0), "0 days");
        assert_eq!(shown(1), "1 day");
        assert_eq!(shown(59), "59 days");
        assert_eq!(shown(60), "1 month");
        assert_eq!(shown(365), "12 months");
        assert_eq!(shown(730), "24 months");
        assert_eq!(shown(731), "2 years");
        assert_eq!(shown(1_400), "3 years");
    }
}
