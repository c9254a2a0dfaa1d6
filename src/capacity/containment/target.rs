//! Which function an address leads to.

/// What stands at the end of an integration, a mapping or a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// A function by its ARN, without the qualifier: a reservation is the function's, whatever version or
    /// alias is called.
    Arn(&'a str),
    /// A function of this region by its name.
    Name(&'a str),
    /// A function that a stage variable names; its value is redacted.
    Variable(&'a str),
}

const FUNCTION: &str = ":function:";

impl<'a> Target<'a> {
    /// The function in an ARN of Lambda; none in any other ARN.
    pub(crate) fn of_arn(arn: &'a str) -> Option<Self> {
        let (service, rest) = arn.strip_prefix("arn:")?.split_once(":lambda:")?;
        if service.contains(':') {
            return None;
        }
        let at = rest.find(FUNCTION)? + FUNCTION.len();
        let name = &rest[at..];
        let end = name.find(':').unwrap_or(name.len());
        let name = &name[..end];
        if let Some(variable) = variable(name) {
            return Some(Self::Variable(variable));
        }
        let before = arn.len() - rest.len() + at;
        Some(Self::Arn(&arn[..before + end]))
    }

    /// The function in the address of an integration: its ARN, or a path of Lambda's API that holds it. None
    /// where something else answers.
    pub(crate) fn of_uri(uri: &'a str) -> Option<Self> {
        let Some((head, rest)) = uri.split_once(":lambda:path/") else {
            return Self::of_arn(uri);
        };
        let function = rest.split_once("/functions/").map(|(_, rest)| rest);
        let function = function.filter(|_| head.contains(":apigateway:"))?;
        let end = function.rfind('/').unwrap_or(function.len());
        let function = &function[..end];
        // The whole ARN may be a variable.
        variable(function)
            .filter(|_| !function.starts_with("arn:"))
            .map(Self::Variable)
            .or_else(|| Self::of_arn(function))
    }

    /// A function as state machines name it: name or ARN, maybe with a qualifier.
    pub(crate) fn of_name(text: &'a str) -> Self {
        Self::of_arn(text).unwrap_or_else(|| Self::Name(text.split(':').next().unwrap_or(text)))
    }
}

/// The stage variable in `${stageVariables.NAME}`.
fn variable(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("${stageVariables.")?;
    rest.split('}').next()
}

#[cfg(test)]
mod tests {
    use super::Target;

    const ARN: &str = "arn:aws:lambda:eu-central-1:111122223333:function:claims";
    const PATH: &str = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/";

    #[test]
    fn a_function_is_found_in_every_form_of_its_address() {
        for arn in [
            ARN.to_owned(),
            format!("{ARN}:live"),
            format!("{ARN}:$LATEST"),
        ] {
            assert_eq!(Target::of_arn(&arn), Some(Target::Arn(ARN)), "{arn}");
            assert_eq!(Target::of_uri(&arn), Some(Target::Arn(ARN)), "{arn}");
            for action in ["invocations", "response-streaming-invocations"] {
                let uri = format!("{PATH}{arn}/{action}");
                assert_eq!(Target::of_uri(&uri), Some(Target::Arn(ARN)), "{uri}");
            }
        }
        assert_eq!(Target::of_name("claims:live"), Target::Name("claims"));
        assert_eq!(Target::of_name(&format!("{ARN}:7")), Target::Arn(ARN));
    }

    #[test]
    fn a_stage_variable_may_name_the_alias_and_nothing_is_lost_but_not_the_function() {
        let alias = format!("{PATH}{ARN}:${{stageVariables.alias}}/invocations");
        assert_eq!(Target::of_uri(&alias), Some(Target::Arn(ARN)));
        let name = "arn:aws:lambda:eu-central-1:111122223333:function:${stageVariables.fn}";
        assert_eq!(Target::of_arn(name), Some(Target::Variable("fn")));
        let inside = format!("{PATH}{name}:live/invocations");
        assert_eq!(Target::of_uri(&inside), Some(Target::Variable("fn")));
        let whole = format!("{PATH}${{stageVariables.arn}}/invocations");
        assert_eq!(Target::of_uri(&whole), Some(Target::Variable("arn")));
    }

    #[test]
    fn what_is_no_function_is_none() {
        for uri in [
            "",
            "https://portal.clinic.example/{proxy}",
            "arn:aws:apigateway:eu-central-1:sqs:path/111122223333/claims",
            "arn:aws:states:eu-central-1:111122223333:stateMachine:lambda",
            "arn:aws:lambda:eu-central-1:111122223333:layer:tools:1",
            "arn:aws:sns:eu-central-1:111122223333:x:lambda:y:function:z",
        ] {
            assert_eq!(Target::of_uri(uri), None, "{uri}");
        }
    }
}
