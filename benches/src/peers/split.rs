//! Title, body and one value of an article by looking at its lines, as a quick program does it.

/// What a look at the lines finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split<'a> {
    /// The value of `title:`; the file's name has to do where there is none.
    pub title: Option<&'a str>,
    /// The value of the key that is filtered by.
    pub kind: Option<&'a str>,
    /// The lines of the front matter.
    pub front_matter: &'a str,
    /// Everything after the front matter.
    pub body: &'a str,
}

/// Splits an article. Nested values, block scalars and escapes are not understood.
pub fn split(text: &str) -> Split<'_> {
    let text = text.trim_start_matches('\u{feff}');
    let mut split = Split {
        body: text,
        ..Split::default()
    };
    let Some(rest) = text.strip_prefix("---") else {
        return split;
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n').skip(1) {
        if at == 0 {
            at = rest.find('\n').map_or(0, |end| end + 1);
        }
        if line.trim_end() == "---" {
            split.front_matter = &rest[..at];
            split.body = &rest[at + line.len()..];
            return split;
        }
        at += line.len();
        let Some((key, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim().trim_matches(['"', '\'']);
        if key == "title" {
            split.title = Some(value);
        } else if split.kind.is_none() && super::FILTER_KEYS.contains(&key) {
            split.kind = Some(value);
        }
    }
    Split {
        body: text,
        ..Split::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_enough_for_most_articles() {
        let article =
            split("\u{feff}---\r\ntitle: \"A b\"\r\nms.topic: reference\r\n---\r\nBody\r\n");
        assert_eq!(article.title, Some("A b"));
        assert_eq!(article.kind, Some("reference"));
        assert_eq!(article.body, "Body\r\n");
        assert!(article.front_matter.contains("ms.topic"));
    }

    #[test]
    fn without_front_matter_all_is_body() {
        for text in ["Body", "", "---", "---\ntitle: x\n"] {
            assert_eq!(split(text).body, text);
            assert_eq!(split(text).title, None);
        }
    }
}
