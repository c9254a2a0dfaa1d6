//! Which members of which answers may hold secrets.

/// One place in the answers of some operations.
pub(super) struct Rule {
    /// `service:Operation`.
    operations: &'static [&'static str],
    /// Member names from the top of the answer; `*` is any member, `[]` every item of a list.
    pub(super) path: &'static [&'static str],
    /// Whether a detector says what the value looks like. Without it the value is secret by nature.
    pub(super) detect: bool,
}

/// Every rule. The wire names of the JSON bodies, which for API Gateway are lower camel case.
static RULES: &[Rule] = &[
    Rule {
        operations: &["lambda:ListFunctions"],
        path: &["Functions", "[]", "Environment", "Variables", "*"],
        detect: true,
    },
    Rule {
        operations: &["lambda:GetFunction"],
        path: &["Configuration", "Environment", "Variables", "*"],
        detect: true,
    },
    // A presigned address: whoever has it downloads the code for ten minutes.
    Rule {
        operations: &["lambda:GetFunction"],
        path: &["Code", "Location"],
        detect: false,
    },
    Rule {
        operations: &["apigateway:GetStages"],
        path: &["item", "[]", "variables", "*"],
        detect: true,
    },
    Rule {
        operations: &["apigatewayv2:GetStages"],
        path: &["items", "[]", "stageVariables", "*"],
        detect: true,
    },
    // Header mappings may hold literal keys for the backend.
    Rule {
        operations: &["apigateway:GetResources"],
        path: &[
            "_embedded",
            "item",
            "[]",
            "resourceMethods",
            "*",
            "methodIntegration",
            "requestParameters",
            "*",
        ],
        detect: true,
    },
    Rule {
        operations: &["apigateway:GetResources"],
        path: &[
            "item",
            "[]",
            "resourceMethods",
            "*",
            "methodIntegration",
            "requestParameters",
            "*",
        ],
        detect: true,
    },
    Rule {
        operations: &["apigatewayv2:GetIntegrations"],
        path: &["items", "[]", "requestParameters", "*"],
        detect: true,
    },
];

/// The rules for one operation's answers.
pub(super) fn of(operation: &str) -> Vec<&'static Rule> {
    RULES
        .iter()
        .filter(|rule| rule.operations.contains(&operation))
        .collect()
}
