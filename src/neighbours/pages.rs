//! What a page of a list is, and when a list is none.

use std::collections::HashSet;
use std::fmt;

use tripod_model::Observed;

/// Empty pages in a row after which a list does not go anywhere. AWS may answer empty pages with a token
/// where it filters; never hundreds of them.
const MOST_EMPTY_PAGES: usize = 200;

/// An answer came, but not one that can be used.
pub fn failed<T>(operation: &str, error: &str) -> Observed<T> {
    Observed::Failed {
        operation: operation.to_owned(),
        error: error.to_owned(),
    }
}

/// One page of a list.
#[derive(Debug)]
pub struct Page<Item> {
    /// The items; none where the page has a flaw.
    pub items: Vec<Item>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// What the page begins with; none for an empty one.
    first: Option<String>,
    /// Why the page cannot be used.
    flaw: Option<&'static str>,
}

impl<Item> Page<Item> {
    /// A page of `list`, each item converted with its index. `next` is where the next page begins.
    ///
    /// No list at all is no empty list: AWS writes an empty one. An item converted to `None` has no
    /// identity, and leaving it out would make a part of the list read like the whole.
    pub fn of<T: fmt::Debug>(
        list: Option<&[T]>,
        next: Option<&str>,
        mut convert: impl FnMut(usize, &T) -> Option<Item>,
    ) -> Self {
        Self::flat(list, next, |index, item| [convert(index, item)])
    }

    /// The same, where one thing of the list holds several items.
    pub fn flat<T: fmt::Debug, Items: IntoIterator<Item = Option<Item>>>(
        list: Option<&[T]>,
        next: Option<&str>,
        mut convert: impl FnMut(usize, &T) -> Items,
    ) -> Self {
        let things = list.unwrap_or_default();
        let items = things
            .iter()
            .enumerate()
            .flat_map(|(index, thing)| convert(index, thing));
        let first = things.first().map(|thing| format!("{thing:?}"));
        Self::whole(list.is_some(), items, first, next)
    }

    /// A page put together from several lists of an answer. `there` is whether the answer holds any,
    /// `first` tells it from other pages.
    pub fn whole(
        there: bool,
        items: impl IntoIterator<Item = Option<Item>>,
        first: Option<String>,
        next: Option<&str>,
    ) -> Self {
        let items: Option<Vec<Item>> = items.into_iter().collect();
        let flaw = if !there {
            Some("the answer holds no list")
        } else if items.is_none() {
            Some("the answer holds an item without its identity")
        } else {
            None
        };
        Self {
            items: items.unwrap_or_default(),
            next: next.filter(|next| !next.is_empty()).map(str::to_owned),
            first,
            flaw,
        }
    }
}

/// The way through a list so far.
#[derive(Debug, Default)]
pub struct Course {
    tokens: HashSet<String>,
    firsts: HashSet<String>,
    empty: usize,
}

impl Course {
    /// Takes one more page; says what is wrong when it cannot be used or leads nowhere new.
    pub fn follow<Item>(&mut self, page: &Page<Item>) -> Option<&'static str> {
        if page.flaw.is_some() {
            return page.flaw;
        }
        if let Some(next) = &page.next
            && !self.tokens.insert(next.clone())
        {
            return Some("the list gave the same page token twice");
        }
        match &page.first {
            Some(first) if !self.firsts.insert(first.clone()) => {
                Some("the list gave the same page twice")
            }
            Some(_) => {
                self.empty = 0;
                None
            }
            None => {
                self.empty += 1;
                (self.empty > MOST_EMPTY_PAGES).then_some("the list gave nothing but empty pages")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(list: Option<&[u8]>, next: Option<&str>) -> Page<u8> {
        Page::of(list, next, |_, item| (*item != 0).then_some(*item))
    }

    #[test]
    fn an_answer_without_its_list_is_no_empty_list() {
        assert!(page(None, None).flaw.is_some());
        assert!(page(Some(&[]), None).flaw.is_none());
    }

    #[test]
    fn an_item_without_identity_spoils_the_page() {
        assert!(page(Some(&[1, 0, 2]), None).flaw.is_some());
    }

    #[test]
    fn an_empty_token_is_the_end() {
        assert_eq!(page(Some(&[1]), Some("")).next, None);
    }

    #[test]
    fn a_list_that_goes_in_circles_is_noticed() {
        let follow = |pages: &[(&[u8], &str)]| {
            let mut course = Course::default();
            pages
                .iter()
                .find_map(|(list, next)| course.follow(&page(Some(list), Some(next))))
        };
        assert_eq!(follow(&[(&[1], "a"), (&[2], "b"), (&[3], "c")]), None);
        let same_token = follow(&[(&[1], "a"), (&[2], "b"), (&[3], "a")]);
        assert_eq!(same_token, Some("the list gave the same page token twice"));
        let same_page = follow(&[(&[1], "a"), (&[2], "b"), (&[1], "c")]);
        assert_eq!(same_page, Some("the list gave the same page twice"));
        let tokens: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
        let empty: Vec<(&[u8], &str)> =
            tokens.iter().map(|next| (&[][..], next.as_str())).collect();
        assert_eq!(
            follow(&empty),
            Some("the list gave nothing but empty pages")
        );
        assert_eq!(follow(&empty[..MOST_EMPTY_PAGES]), None);
    }
}
