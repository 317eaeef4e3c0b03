//! What is shown of an article.

use gleaner::{
    Article, Language, Located, Passage, PassageKind, Related, Snippet, SnippetPart, TitleSource,
};
use gleaner_query::fuzzing::snippets_of;

/// Characters of a passage that is shown whole, with room for a sign at each end.
const WHOLE: usize = 300 + 2;

/// Words that are looked for.
const WORDS: usize = 6;

/// An article and words to what is shown of it. The first line of the data has the words, the second is the title,
/// and a control character begins each of the other texts and says what it is.
///
/// # Panics
/// If something does not hold.
pub fn snippet(data: &[u8]) {
    let text = &*String::from_utf8_lossy(data);
    let (words, text) = text.split_once('\n').unwrap_or((text, ""));
    let words: Vec<&str> = words.split_whitespace().take(WORDS).collect();
    let language = match text.len() % 4 {
        0 => Language::German,
        _ => Language::English,
    };
    let article = article(text);
    let (first, second) = snippets_of(article.clone(), &words, language).expect("it was stored");
    is_sound(&first, &article);
    if let Some(second) = &second {
        is_sound(second, &article);
        assert!(!first.marks.is_empty() && !second.marks.is_empty());
        assert_ne!(first, *second);
    }
}

/// The article that a text describes.
fn article(text: &str) -> Article {
    let mut pieces = text.split_inclusive(['\u{1}', '\u{2}', '\u{3}', '\u{4}', '\u{5}', '\u{6}']);
    let mut article = Article {
        title_source: TitleSource::FrontMatter,
        ..Article::default()
    };
    let (mut line, mut kind) = (1, '\u{1}');
    if let Some(title) = pieces.next() {
        article.title = located(title, &mut line, &mut kind);
    }
    for piece in pieces {
        let is = kind;
        let start = line;
        let text = located(piece, &mut line, &mut kind).text;
        let lines = (start..line).collect();
        let kind = match is {
            '\u{2}' => PassageKind::Heading(1 + (text.len() % 6) as u8),
            '\u{3}' => PassageKind::Code,
            '\u{4}' => {
                article.excerpt = Some(Located { text, line: start });
                continue;
            }
            '\u{5}' => {
                let (title, excerpt) = text.split_once('\n').unwrap_or((&text, ""));
                article.related.push(Related {
                    title: title.to_owned(),
                    excerpt: excerpt.to_owned(),
                    url: None,
                    line: start,
                });
                continue;
            }
            _ => PassageKind::Prose,
        };
        article.passages.push(Passage { kind, text, lines });
    }
    article
}

/// A text with its line. The line and the kind go on to what follows it.
fn located(piece: &str, line: &mut u32, kind: &mut char) -> Located {
    let mut text = piece.to_owned();
    if text.ends_with(|c| ('\u{1}'..='\u{6}').contains(&c)) {
        *kind = text.pop().unwrap_or('\u{1}');
    }
    let start = *line;
    *line += text.matches('\n').count() as u32 + 1;
    Located { text, line: start }
}

fn is_sound(snippet: &Snippet, article: &Article) {
    let Snippet { text, marks, .. } = snippet;
    assert!(!text.contains(char::is_control), "{snippet:?}");
    for mark in marks {
        let piece = text.get(mark.clone());
        assert!(piece.is_some_and(|piece| !piece.is_empty()), "{snippet:?}");
    }
    assert!(marks.is_sorted_by(|a, b| a.end <= b.start), "{snippet:?}");
    assert_eq!(snippet.mark("", ""), *text);
    assert!(
        snippet
            .headings
            .iter()
            .all(|h| !h.contains(char::is_control))
    );
    let (texts, lines) = shown_from(snippet, article);
    if text.is_empty() && texts.is_empty() {
        return;
    }
    assert!(lines.contains(&snippet.line), "{snippet:?} of {article:?}");
    let cut = |c| c == '…';
    let shown = solid(text.trim_matches(cut));
    let is_piece = |text: &&str| solid(text).contains(&shown);
    assert!(texts.iter().any(is_piece), "{snippet:?} of {article:?}");
    // A match is shown whole, and so is a character with all its accents.
    if text.chars().all(|c| c.is_ascii() || c == '…') {
        let longest = marks.iter().map(std::iter::ExactSizeIterator::len).max();
        let most = WHOLE + longest.unwrap_or(0);
        assert!(text.chars().count() <= most, "{snippet:?}");
    }
}

/// The texts that a snippet may be a piece of, and the lines they stand in.
fn shown_from<'a>(snippet: &Snippet, article: &'a Article) -> (Vec<&'a str>, Vec<u32>) {
    match &snippet.part {
        SnippetPart::Excerpt => {
            let excerpt = article.excerpt.iter();
            excerpt
                .map(|excerpt| (&*excerpt.text, excerpt.line))
                .unzip()
        }
        SnippetPart::Related(title) => {
            let related = article.related.iter().filter(|r| r.title == *title);
            let texts = related.flat_map(|r| [(&*r.title, r.line), (&*r.excerpt, r.line)]);
            texts.unzip()
        }
        // There are no other parts but the body.
        _ => {
            let passages = &article.passages;
            let lines = passages.iter().flat_map(|p| &p.lines).copied();
            let lines = lines.chain([article.title.line]);
            (passages.iter().map(|p| &*p.text).collect(), lines.collect())
        }
    }
}

/// A text without anything that a snippet shows as a blank.
fn solid(text: &str) -> String {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    text.chars().filter(|c| !is_blank(*c)).collect()
}
