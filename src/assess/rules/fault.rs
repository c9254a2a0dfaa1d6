//! What is wrong with a file of rules, and where.

use std::fmt;

use crate::FileError;

/// What is wrong with a rule. The fault is its writer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as the user named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1; none where the whole line is meant.
    pub column: Option<usize>,
    /// What is wrong, with the name or value as it stands there.
    pub problem: String,
    /// What to do about it.
    pub cure: String,
}

impl fmt::Display for RuleError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:", self.file, self.line)?;
        if let Some(column) = self.column {
            write!(out, "{column}:")?;
        }
        write!(out, " {}", self.problem)
    }
}

impl std::error::Error for RuleError {}

impl From<FileError> for RuleError {
    fn from(error: FileError) -> Self {
        Self {
            file: error.file,
            line: error.line,
            column: None,
            problem: error.problem,
            cure: error.cure,
        }
    }
}
