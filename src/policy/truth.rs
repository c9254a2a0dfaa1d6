//! Three-valued logic after Kleene: what follows from values of which some are not known.

/// True, false, or not known from what is known.
///
/// In ascending order, so that "and" is the lower and "or" the higher of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    False,
    Unknown,
    True,
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl Truth {
    pub(crate) fn and(self, other: Self) -> Self {
        self.min(other)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        self.max(other)
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// True where one of them is; false for none. Stops at the first true one.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut sum = Self::False;
        for truth in truths {
            sum = sum.or(truth);
            if sum == Self::True {
                break;
            }
        }
        sum
    }

    /// True where all of them are; true for none. Stops at the first false one.
    pub(crate) fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut product = Self::True;
        for truth in truths {
            product = product.and(truth);
            if product == Self::False {
                break;
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{False, True, Unknown};
    use super::*;

    #[test]
    fn one_known_operand_may_settle_what_the_other_leaves_open() {
        assert_eq!(Unknown.and(False), False);
        assert_eq!(Unknown.and(True), Unknown);
        assert_eq!(Unknown.or(True), True);
        assert_eq!(Unknown.or(False), Unknown);
        assert_eq!(Unknown.not(), Unknown);
    }

    #[test]
    fn of_none_all_are_true_and_not_any() {
        assert_eq!(Truth::all([]), True);
        assert_eq!(Truth::any([]), False);
        assert_eq!(Truth::all([True, Unknown, False]), False);
        assert_eq!(Truth::any([False, Unknown, True]), True);
        assert_eq!(Truth::all([True, Unknown]), Unknown);
        assert_eq!(Truth::any([False, Unknown]), Unknown);
    }
}
