"""The APIs of `clinic`: three REST APIs, two HTTP APIs, two WebSocket APIs."""

from clinic_functions import CORE
from clinic_names import ACCOUNT, FRANKFURT, IRELAND, ORGANIZATION, REGIONS, VIRGINIA, function_arn, role_arn
from estate import METHOD_CHECKS, Estate, policy
from network import hexadecimal, one

AUTHENTICATION, VALIDATION = METHOD_CHECKS
THROTTLING, ROUTE = "apigateway-missing-throttling", "apigateway-unauthenticated-route"
RATE, BURST = 10000.0, 5000  # what the account may do in each region


def build(estate: Estate) -> None:
    for region in REGIONS:
        estate.put(region, "apigateway", "GetAccount", {
            "cloudwatchRoleArn": role_arn("clinic-apigateway-logs"), "throttleSettings": {"burstLimit": BURST, "rateLimit": RATE}, "features": ["UsagePlans"], "apiKeyVersion": "4",
        })
    claims(estate)
    partners(estate)
    portal(estate)
    members(estate)
    quotes(estate)
    chat(estate)
    events(estate)


def claims(estate: Estate) -> None:
    api = Rest(estate, FRANKFURT, "a1claims01", "claims-api", "REGIONAL")
    api.validator("vfull1", body=True, parameters=True)
    api.validator("vbody1", body=True, parameters=False)
    api.authorizer({"id": "cog001", "name": "members", "type": "COGNITO_USER_POOLS", "providerARNs": [f"arn:aws:cognito-idp:{FRANKFURT}:{ACCOUNT}:userpool/{FRANKFURT}_CliNic001"], "authType": "cognito_user_pools", "identitySource": "method.request.header.Authorization"})
    api.authorizer({"id": "tok001", "name": "partners", "type": "TOKEN", "authType": "custom", "authorizerUri": invocation(FRANKFURT, "claims-intake"), "identitySource": "method.request.header.Authorization", "authorizerResultTtlInSeconds": 300})
    api.resource("r1claims00", "/claims")
    api.method("r1claims00", "GET", "AWS_IAM", {"requestValidatorId": "vfull1"}, auth="pass, IAM", validation="pass, body and parameters are checked")
    api.method("r1claims00", "POST", "COGNITO_USER_POOLS", {"authorizerId": "cog001", "requestValidatorId": "vbody1"}, auth="pass, a user pool", validation="fail, the body is checked, parameters are not")
    api.method("r1claims00", "OPTIONS", "NONE", {}, integration="MOCK", auth="not_applicable, CORS preflight carries no credentials", validation="not_applicable, CORS preflight")
    api.resource("r2claimid0", "/claims/{id}")
    api.method("r2claimid0", "GET", "CUSTOM", {"authorizerId": "tok001", "requestValidatorId": "vfull1", "requestParameters": {"method.request.path.id": True}}, auth="pass, a Lambda authorizer", validation="pass, body and parameters are checked")
    api.method("r2claimid0", "DELETE", "NONE", {"apiKeyRequired": True}, auth="fail, an API key only, which does not authenticate", validation="fail, no validator")
    api.resource("r3health00", "/health")
    api.method("r3health00", "GET", "NONE", {}, integration="MOCK", auth="fail, nobody is asked", validation="not_applicable, a mock has nothing behind it")
    api.resource("r4legacy00", "/legacy")
    api.method("r4legacy00", "PUT", "AWS_IAM", {"requestValidatorId": "vgone1"}, auth="pass, IAM", validation="fail, its validator no longer exists")
    api.stage("prod", {"*/*": limit(100.0, 200)}, "pass, 100 requests a second", variables={"backendToken": estate.secret(f"tok_{CORE}_stage_9f8e7d")})
    api.stage("test", {}, "fail, no limit")
    api.stage("load", {"*/*": limit(RATE, BURST)}, "fail, the limit equals the account's")


def partners(estate: Estate) -> None:
    inside = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": {"StringEquals": {"aws:SourceVpce": hexadecimal("vpce", 2)}}}
    api = Rest(estate, IRELAND, "p1private0", "=cmd|' /C calc'!A0", "PRIVATE", policy=policy(inside))
    api.validator("vfull2", body=False, parameters=True)
    api.resource("r1sync0000", "/sync")
    api.method("r1sync0000", "ANY", "NONE", {}, auth="fail, nobody is asked, though the API is private (medium)", validation="fail, no validator")
    api.method("r1sync0000", "GET", "AWS_IAM", {"requestValidatorId": "vfull2"}, auth="pass, IAM", validation="pass, parameters are checked")
    api.stage("internal", {"~1sync/GET": limit(10.0, 20)}, "fail, one method is limited, the rest of the stage is not")


def portal(estate: Estate) -> None:
    api = Rest(estate, VIRGINIA, "u1portal00", "member-portal", "EDGE")
    api.validator("vfull3", body=True, parameters=True)
    api.resource("r1login000", "/login")
    api.method("r1login000", "POST", None, {"requestValidatorId": "vfull3"}, auth="fail, nothing is set, which is the same as NONE", validation="pass, body and parameters are checked")
    api.resource("r2proxy000", "/{proxy+}")
    api.method("r2proxy000", "ANY", "NONE", {}, integration="HTTP_PROXY", auth="fail, nobody is asked", validation="fail, no validator")
    api.stage("v1", {"*/*": limit(50.0, 25), "~1login/POST": limit(5.0, 5)}, "pass, 50 requests a second")


def members(estate: Estate) -> None:
    api = Http(estate, FRANKFURT, "h1members0", "members-http", "HTTP")
    api.authorizer({"AuthorizerId": "jwt001", "Name": "login", "AuthorizerType": "JWT", "IdentitySource": ["$request.header.Authorization"], "JwtConfiguration": {"Audience": ["members"], "Issuer": "https://login.clinic.example/"}})
    api.authorizer({"AuthorizerId": "lam001", "Name": "cards", "AuthorizerType": "REQUEST", "AuthorizerUri": invocation(FRANKFURT, "fhir-patient"), "AuthorizerPayloadFormatVersion": "2.0", "EnableSimpleResponses": True, "IdentitySource": ["$request.header.X-Card"]})
    api.route("rt1list", "GET /members", "JWT", "pass, a JWT authorizer", authorizer="jwt001")
    api.route("rt2make", "POST /members", "AWS_IAM", "pass, IAM")
    api.route("rt3edit", "PUT /members/{id}", "CUSTOM", "pass, a Lambda authorizer", authorizer="lam001")
    api.route("rt4cors", "OPTIONS /members", "NONE", "not_applicable, CORS preflight carries no credentials")
    api.route("rt5ping", "GET /ping", "NONE", "fail, nobody is asked")
    api.route("rt6rest", "$default", None, "fail, nothing is set, which is the same as NONE")
    api.stage("$default", {"backendToken": estate.secret(f"tok_{CORE}_stage_1a2b3c")})


def quotes(estate: Estate) -> None:
    api = Http(estate, VIRGINIA, "h2quotes00", "<script>alert('clinic')</script>", "HTTP")
    api.route("rt1all0", "ANY /{proxy+}", "NONE", "fail, nobody is asked")
    api.stage("$default")


def chat(estate: Estate) -> None:
    api = Http(estate, FRANKFURT, "w1chat0000", "claims-chat", "WEBSOCKET")
    api.route("rt1conn", "$connect", "NONE", "fail, nobody is asked when the connection opens")
    api.route("rt2disc", "$disconnect", "NONE", "not_applicable, only $connect can authenticate")
    api.route("rt3send", "sendMessage", "NONE", "not_applicable, only $connect can authenticate")
    api.stage("prod")


def events(estate: Estate) -> None:
    api = Http(estate, IRELAND, "w2events00", "claim-events\u001b]0;owned\u0007", "WEBSOCKET")
    api.authorizer({"AuthorizerId": "lam002", "Name": "tickets", "AuthorizerType": "REQUEST", "AuthorizerUri": invocation(IRELAND, "partner-sync"), "IdentitySource": ["route.request.querystring.ticket"]})
    api.route("rt1conn", "$connect", "CUSTOM", "pass, a Lambda authorizer", authorizer="lam002")
    api.route("rt2rest", "$default", "NONE", "not_applicable, only $connect can authenticate")
    api.stage("prod")


def invocation(region: str, function: str) -> str:
    """The address by which API Gateway calls a function."""
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{function_arn(region, function)}/invocations"


def limit(rate: float, burst: int) -> dict:
    return {"throttlingRateLimit": rate, "throttlingBurstLimit": burst, "metricsEnabled": True, "loggingLevel": "ERROR", "dataTraceEnabled": False}


class Rest:
    """A REST API, and what is expected of its methods and stages."""

    def __init__(self, estate: Estate, region: str, identifier: str, name: str, endpoint: str, **more):
        self.estate, self.region, self.id = estate, region, identifier
        self.arn = f"arn:aws:apigateway:{region}::/restapis/{identifier}"
        self._item("GetRestApis", "items", {
            "id": identifier, "name": name, "createdDate": "2025-11-03T09:00:00Z", "apiKeySource": "HEADER", "endpointConfiguration": {"types": [endpoint], "ipAddressType": "ipv4"},
            "disableExecuteApiEndpoint": False, "rootResourceId": "r0root0000", "tags": {"system": "clinic", "organization": ORGANIZATION}, **more,
        }, one_list=True)
        for operation, member in (("GetResources", "items"), ("GetRequestValidators", "items"), ("GetAuthorizers", "items"), ("GetStages", "item")):
            estate.put(region, "apigateway", operation, {member: []}, restApiId=identifier)
        self._resources = {}
        self.resource("r0root0000", "/")

    def _item(self, operation: str, member: str, item: dict, one_list: bool = False) -> None:
        self.estate.item(self.region, "apigateway", operation, member, item, **({} if one_list else {"restApiId": self.id}))

    def resource(self, identifier: str, path: str) -> None:
        document = {"id": identifier, "path": path}
        if path != "/":
            parent = next((known for known, other in self._resources.items() if other["path"] == path.rpartition("/")[0]), "r0root0000")
            document |= {"parentId": parent, "pathPart": path.rpartition("/")[2]}
        self._resources[identifier] = document
        self._item("GetResources", "items", document)

    def method(self, resource: str, verb: str, authorization: str | None, more: dict, *, auth: str, validation: str, integration: str = "AWS_PROXY") -> None:
        behind = {
            "AWS_PROXY": {"type": "AWS_PROXY", "httpMethod": "POST", "uri": invocation(self.region, "claims-intake"), "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000},
            "HTTP_PROXY": {"type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "https://portal.clinic.example/{proxy}", "connectionType": "INTERNET", "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000},
            "MOCK": {"type": "MOCK", "requestTemplates": {"application/json": '{"statusCode": 200}'}, "passthroughBehavior": "WHEN_NO_MATCH", "timeoutInMillis": 29000},
        }[integration]
        document = {"httpMethod": verb, **({"authorizationType": authorization} if authorization else {}), "apiKeyRequired": False, **more, "methodIntegration": behind}
        self._resources[resource].setdefault("resourceMethods", {})[verb] = document
        self.estate.expect(f"{self.arn}/resources/{resource}/methods/{verb}", METHOD_CHECKS, f"{AUTHENTICATION}: {auth}\n{VALIDATION}: {validation}")

    def validator(self, identifier: str, *, body: bool, parameters: bool) -> None:
        self._item("GetRequestValidators", "items", {"id": identifier, "name": identifier, "validateRequestBody": body, "validateRequestParameters": parameters})

    def authorizer(self, document: dict) -> None:
        self._item("GetAuthorizers", "items", document)

    def stage(self, name: str, settings: dict, throttling: str, variables: dict | None = None) -> None:
        self._item("GetStages", "item", {
            "stageName": name, "deploymentId": "d1ploy", "cacheClusterEnabled": False, "cacheClusterStatus": "NOT_AVAILABLE", "methodSettings": settings, "tracingEnabled": False,
            "createdDate": "2025-11-03T09:30:00Z", "lastUpdatedDate": "2026-03-02T08:00:00Z", **({"variables": variables} if variables else {}),
        })
        self.estate.expect(f"{self.arn}/stages/{name}", one(THROTTLING), f"{THROTTLING}: {throttling}")


class Http:
    """An HTTP or WebSocket API, and what is expected of its routes."""

    def __init__(self, estate: Estate, region: str, identifier: str, name: str, protocol: str):
        self.estate, self.region, self.id = estate, region, identifier
        self.arn = f"arn:aws:apigateway:{region}::/apis/{identifier}"
        selection = "$request.body.action" if protocol == "WEBSOCKET" else "$request.method $request.path"
        scheme = "wss" if protocol == "WEBSOCKET" else "https"
        estate.item(region, "apigatewayv2", "GetApis", "Items", {
            "ApiId": identifier, "Name": name, "ProtocolType": protocol, "ApiEndpoint": f"{scheme}://{identifier}.execute-api.{region}.amazonaws.com", "ApiKeySelectionExpression": "$request.header.x-api-key",
            "RouteSelectionExpression": selection, "CreatedDate": "2025-11-03T09:00:00Z", "DisableExecuteApiEndpoint": False, "IpAddressType": "ipv4", "Tags": {"system": "clinic"},
        })
        for operation in ("GetRoutes", "GetStages", "GetAuthorizers"):
            estate.put(region, "apigatewayv2", operation, {"Items": []}, ApiId=identifier)
        function = {FRANKFURT: "member-portal", IRELAND: "partner-sync", VIRGINIA: "notify-slack"}[region]
        target = function_arn(region, function) if protocol == "HTTP" else invocation(region, function)
        self._item("GetIntegrations", {"IntegrationId": "int0001", "IntegrationType": "AWS_PROXY", "IntegrationMethod": "POST", "IntegrationUri": target, "ConnectionType": "INTERNET", "PayloadFormatVersion": "2.0" if protocol == "HTTP" else "1.0", "TimeoutInMillis": 29000})

    def _item(self, operation: str, item: dict) -> None:
        self.estate.item(self.region, "apigatewayv2", operation, "Items", item, ApiId=self.id)

    def authorizer(self, document: dict) -> None:
        self._item("GetAuthorizers", document)

    def route(self, identifier: str, key: str, authorization: str | None, expected: str, authorizer: str | None = None) -> None:
        kind = {"AuthorizationType": authorization} if authorization else {}
        asks = {"AuthorizerId": authorizer} if authorizer else {}
        self._item("GetRoutes", {"RouteId": identifier, "RouteKey": key, "ApiKeyRequired": False, "Target": "integrations/int0001", **kind, **asks})
        self.estate.expect(f"{self.arn}/routes/{identifier}", one(ROUTE), f"{ROUTE}: {expected}")

    def stage(self, name: str, variables: dict | None = None) -> None:
        self._item("GetStages", {
            "StageName": name, "AutoDeploy": name == "$default", "CreatedDate": "2025-11-03T09:30:00Z", "LastUpdatedDate": "2026-03-02T08:00:00Z", "RouteSettings": {}, "Tags": {},
            "DefaultRouteSettings": {"DetailedMetricsEnabled": False}, "StageVariables": variables or {},
        })
