"""English. See `words/__init__.py`."""

PROGRESS = (
    "progress", r"\bgenerating", r"\brendering", r"\bprocessing", r"\bupscal", r"\bencoding",
    "completed?:", r"\bcomplete\b", r"\bcompletion\b", r"\bdrawing", r"\bcreating", r"\bcomposing",
    r"\buploading", r"\bdownloading", r"\bgeneration\b", r"\bcaching", r"\brunning\b", r"\bdone\b",
    r"\bworking\b", r"\bin_progress", r"\bloading\b",
)  # fmt: skip
QUEUE = (
    r"\bqueu(?:e|ed|ing|eing)\b", r"\bin line\b", r"\bwaiting\b", r"\bpending\b",
    r"\bahead of you\b",
)  # fmt: skip
WORKING = (
    r"\bgenerating", r"\brendering", r"\bprocessing", r"\bstarting", r"\bstarted", r"\bbegins?\b",
    r"\binitiali[sz]ing", r"\bsubmitt(?:ed|ing)", r"\bplease wait", r"\bworking\b", r"\bcaching",
    r"\bupscaling", r"\bcreating", r"\buploading", r"\bpreparing", r"\bin progress", r"\bstitching",
    r"\btask (?:created|id)",
)  # fmt: skip
REVIEW = (
    r"\breviewing\b", r"\bunder review\b", r"\bin review\b", r"\bmoderating\b", r"\bsafety check",
)  # fmt: skip
RETRY = (
    r"\bretrying\b", r"\bwill (?:be )?retr(?:y|ied)", r"\bretry \d", r"\battempt \d",
    r"\btrying again\b", r"\bretry in \d", r"\bre-?submitting\b", r"\bswitching (?:to|account)",
    r"\bauto(?:matic(?:ally)?)?[ -]?retry",
)  # fmt: skip
RETRIED = (
    r"\bafter \d{1,2} (?:retries|attempts|tries)", r"\bgiv(?:en|ing) up\b",
    r"\bretr(?:y|ies) (?:failed|exhausted|exceeded)", r"\bmax(?:imum)? (?:number of )?retries",
    r"\bno more retries", r"\ball retries",
)  # fmt: skip
SUCCESS = (
    r"\bsuccess", r"\bcomplete(?:d)?\b", r"\bfinished\b", r"\bdone\b", r"\bready\b",
    r"\bgenerated\b", r"\bhere (?:is|are|it is|'s) (?:your|the)\b",
)  # fmt: skip
FAILURE = (
    r"\bfail(?:ed|s|ure)?\b", r"\berror\b", r"\btime[ds]?[ -]?out\b", r"\brejected\b",
    r"\bblocked\b", r"\bdenied\b", r"\bviolat", r"\bunable to\b", r"\bcould ?n[o']t\b",
    r"\bcannot\b", r"\brefused\b", r"\bmoderation\b", r"\bflagged\b", r"\binsufficient\b",
    r"\bexceeded\b", r"\bunavailable\b", r"\bcancell?ed\b", r"\baborted\b", r"\boverloaded\b",
    r"\bprohibited\b", r"\bnot allowed\b", r"\bexpired\b", r"\binvalid\b", r"\bexception\b",
    r"\bguardrail", r"\bwas not\b", r"\bwent wrong\b", r"\bproblem\b",
    r"\bno (?:available|video|image|result)", r"\bdoes(?: not|n't) (?:include|support|allow|exist)",
    r"\b(?:is|are) full\b", r"\bsuspended\b", r"\bmaintenance\b",
    r"\bnot (?:supported|found|exist)",
)  # fmt: skip
_SUBJECT = (
    r"(?:the |your |this |our )?(?:video|image|picture|audio|music|song|clip|generation|"
    r""
    r""
    r""
    r"generated|task|job|request|prompt|render(?:ing)?|upload(?:ed)?|"
    r"input|"
    r"content|"
    r"reference|"
    r"model|output|result)"
)
FAILURE_OPENING = (
    r"(?:error|failure|failed|fatal)\s?[:：]", r"error code",
    (rf"{_SUBJECT}(?: [\w-]+){{0,4}} (?:has |have |was |were |is |could |can |did |timed |"
     rf"may )?(?:not |n't )?(?:be )?(?:been )?"
     r"(?:fail(?:ed|ure)?|out\b|error|rejected|blocked|refused|denied|generated|cancell?ed|"
     r"aborted|flagged|violat|contain|timeout)"),
    (rf"(?:we're |i'm |i am |we are )?(?:sorry|unfortunately|"
     rf"apologies)[,:.!]? .{{0,40}}{_SUBJECT}.{{0,40}}(?:failed|could not|couldn't|rejected|"
     r"blocked|violat|timed out|unable|flagged|policy)"),
    (rf"(?:failed|unable|could not|couldn't|cannot) (?:to )?(?:generate|create|render|produce|"
     rf"process|complete|make|download|fetch) {_SUBJECT}"),
    r"(?:failed|unable|could not) to (?:generate|create|render|produce)\b",
    rf"no {_SUBJECT} (?:was|were|could be|has been) (?:generated|produced|created|returned)",
    r"(?:content|usage|safety) policy violation",
    r"(?:insufficient|not enough) (?:credits?|quota|balance|funds)",
    r"(?:rate limit|quota) (?:exceeded|reached)", r"too many requests", r"internal server error",
    r"service unavailable", r"(?:gateway|upstream|request|operation|generation) time-?d?[ -]?out",
    (r"(?:all|no|\d+|the|this|service)\b.{0,80}(?:token|account|generation|model|service)"
     r".{0,60}(?:enable|set|use) stream"),
    r"please (?:enable|turn on) stream", r"\w{1,40}[_ ]moderation\b",
    r"(?:oops|whoops|uh[- ]oh)\W{1,3}.{0,20}(?:went wrong|generation failed|timed out)",
    r"(?:http|api|request|status)(?: request| call)? (?:failed|error)\s?(?:[:：(]|\d{3})",
    r"your (?:current )?(?:plan|subscription) does(?: not|n't) (?:include|support|allow)",
    r"your .{0,24}(?:balance|quota|credits?) .{0,16}(?:insufficient|exhausted|too low|used up)",
    r"your (?:account|api key|token) (?:has |is )?(?:been )?(?:suspended|disabled|expired|banned)",
    (r"something went wrong (?:while|during|with) (?:the )?(?:generat|creat|render|process|"
     r"video|image)"),
)  # fmt: skip
FAILED_STATUS = (
    (r"(?:(?:task|job|video|generation|render) )?(?:status|state)\s?[:：=]\W{0,3}(?:failed|failure|"
     r"error(?:ed)?|rejected|cancell?ed|timed? ?out|expired|blocked)\b(?!\s{0,3}\w)"),
)  # fmt: skip
DISCUSSION = (
    r"\b(?:request|task|job|model|build|test|query|input) (?:\w+ )?failed because", r"\busually\b",
    r"\btypically\b", r"\bmeans\b", r"\bfor example\b", r"\bcommon(?:ly)?\b", r"\bhow to\b",
    r"\bwhen you\b", r"\bif (?:you|the|your|a)\b", r"\brefers to\b", r"\bgenerally\b", r"\boften\b",
)  # fmt: skip
NO_PROGRESS = (
    r"\bload\b", r"\bdiscount", r"\b[cg]pu\b", r"\bsuccess rate", r"\bstrength\b", r"\bquality\b",
    r"\bvolume\b", r"\bconfidence\b", r"\bprobability\b", r"\bopacity\b", r"\bscale\b",
    r"\bsettings\b",
    r"\bcompression\b", r"\bbitrate\b", r"\bsimilarity\b", r"\busage\b",
)  # fmt: skip
ECHO = (r"\bprompt\b", r"\bdescription\b", r"\binput\b")
PLAY = (
    r"\bwatch", r"\bplay", r"\bvideo", r"\bclick here", r"\bview\b", r"\bclip", r"\bhere\b",
    r"\bopen\b", r"\bmp4\b", r"\bmovie\b", r"\bfilm\b", r"\bonline\b",
)  # fmt: skip
DOWNLOAD = (r"\bdownload", r"\bsave\b", r"\bmirror\b", r"\bbackup\b")
PREVIEW = (
    r"\bwatermarked\b", r"\bwith watermark", r"\bpreview", r"\bthumb", r"\bdraft\b",
    r"\blow[ -]?res", r"\bposter\b", r"\bcover\b",
    r"\bteaser\b", r"\bfirst frame\b",
)  # fmt: skip
PAGE = (
    r"\bdata\b", r"\braw\b", r"\bstatus\b", r"\bdetails?\b", r"\btask\b", r"\bdocs?\b",
    r"\bdocumentation\b", r"\blogs?\b", r"\bhelp\b", r"\bapi\b", r"\bhomepage\b", r"\btutorial",
    r"\bsource\b", r"\bmanual\b", r"\bjson\b", r"\bdashboard\b", r"\bsupport\b",
)  # fmt: skip
AUDIO = (
    r"\baudio", r"\bmp3\b", r"\bsong", r"\blisten", r"\bmusic", r"\bsound", r"\btrack\b",
    r"\bspeech\b",
)  # fmt: skip
PICTURE = (r"\bimage", r"\bpicture", r"\bphoto")
REFUND = (
    r"\brefund", r"\bnot (?:been )?charged", r"\bno charge",
    r"\bcredits? (?:were |have been )?returned", r"\bnot be (?:billed|charged)",
)  # fmt: skip
KINDS = {
    "quota": (
        r"insufficient.{0,20}(?:quota|credit|balance|fund)",
        (r"(?:quota|credits?|balance).{0,24}(?:exhausted|exceeded|used up|insufficient|depleted|"
         r"too low|not enough)"),
        r"exceeded your current quota", r"not enough (?:credits?|balance|quota|funds)",
        r"out of credits?", r"\bbilling", r"payment required", r"pre_consume", r"\bno credits?\b",
        r"credit limit", r"requires more credits", r"top up", r"can only afford", r"arrear",
    ),
    "moderation": (
        r"content[ _-]?polic", r"usage polic", r"safety", r"moderat", r"sensitive", r"prohibited",
        r"violat", r"flagged", r"guardrail", r"nsfw", r"copyright", r"likeness", r"real person",
        r"real people", r"realistic human", r"human face", r"public figure", r"celebrit",
        r"inappropriate", r"content[ _-]?filter", r"responsible ai", r"harmful", r"sexual",
        r"violence", r"prompt[ _]?block", r"sentinel", r"disallowed", r"rai_?media",
        r"minors?\b.{0,20}(?:detected|not)", r"against our", r"not allowed by our", r"recitation",
        r"request blocked by gemini", r"unsafe", r"risk[ -]control",
        r"real[- ]life (?:person|people)", r"third[ -]party content", r"data_?inspection",
    ),
    "auth": (
        r"invalid (?:api[ _-]?)?(?:key|token)",
        r"credentials? (?:provided )?.{0,20}(?:invalid|validated)",
         r"incorrect api key", r"\bunauthori[sz]ed",
        r"not authenticated", r"authenticat", r"missing (?:api[ _-]?)?(?:key|token)",
        (r"\b(?:key|token|account)\b.{0,20}(?:expired|revoked|disabled|deactivated|invalid|"
         r"not valid|suspended)"),
        r"permission denied", r"access denied", r"no api[ _-]?key", r"provide an api key",
        r"no auth credentials", r"no cookie auth", r"not logged in", r"user not found",
        r"signature.{0,10}invalid",
    ),
    "model": (
        (r"model.{0,80}(?:not found|does not exist|doesn't exist|not exist|not supported|"
         r"unsupported|not available|unavailable|no access|deprecated|not have access|"
         r"decommissioned|retired|disabled|shut ?down)"),
        r"no (?:available )?channels?.{0,20}(?:for|model)?", r"model_?not_?found", r"unknown model",
        r"invalid model", r"no such model", r"unsupported model", r"not a valid model",
        r"no endpoints found", r"no access to model", r"get_channel_failed",
        r"does not have access to model", r"model_?not_?(?:available|supported)",
        r"access (?:to )?(?:this |the |that )?model", r"no permission.{0,20}\bmodel",
    r"(?:plan|subscription|tier) does(?: not|n't) (?:include|support|allow)",
    r"only (?:available )?(?:for|to) (?:pro|vip|paid|premium|enterprise|plus)\b",
    ),
    "rate_limit": (
        r"rate[ _-]?limit", r"too many requests", r"requests? per (?:minute|day|second)",
        r"concurren(?:t|cy).{0,30}(?:limit|exceed|reached|max)", r"throttl", r"slow down",
        r"cooling down", r"resource_?exhausted", r"try again in \d", r"tokens per (?:minute|day)",
        r"limit reached", r"too frequent",
    ),
    "timeout": (
        r"time[ds]?[ _-]?out", r"deadline exceeded", r"took too long", r"deadline_exceeded",
        r"504 gateway",
    ),
    "bad_request": (
        (r"invalid[ _](?:request|param|argument|url|image|size|value|json|body|input|type|"
         r"format|base64)"),
        r"bad[ _]request", r"param(?:eter)?s?[ _]error", r"missing.{0,20}(?:param|field|required)",
        r"field required",
        r"unsupported.{0,20}(?:param|value|size|format|duration|image|media|file|aspect)",
        r"unrecognized", r"too large", r"context[ _]length", r"maximum context", r"must be ",
        r"is required", r"validation", r"malformed", r"not a valid", r"should be a valid",
        r"input should", r"method not allowed", r"read_request_body",
        r"(?:enable|use|set|turn on) stream", r"streaming (?:mode )?only", r"only supports? stream",
        r"unexpected (?:keyword|field|argument)", r"extra (?:fields|inputs)",
        r"exceeds the (?:max|limit)", r"string_too_",
    ),
    "network": (
        r"connection (?:reset|aborted|refused|closed|error)", r"connect(?:ion)? (?:failed|error)",
        r"econnreset", r"econnrefused", r"dial tcp", r"no such host",
    ),
    "upstream": (
        r"upstream", r"overload", r"internal (?:server )?error", r"server error", r"bad[ _]gateway",
        r"service unavailable", r"unavailable", r"bad_response", r"do_request_failed", r"engine",
        r"\bfailed\b", r"capacity", r"heavy load", r"high demand", r"busy", r"maintenance",
        r"no available (?:token|account)", r"empty_?response", r"went wrong",
    ),
}  # fmt: skip
OF_INPUT_PICTURE = (
    r"real person", r"real people", r"realistic human", r"human face",
    r"\bfaces? (?:detected|found|in)",
    (r"(?:input|upload(?:ed)?|reference|source|your|first.frame|start) ?(?:image|picture|photo|"
     r"video|media|frame|file|asset)s?"),
    (r"(?:image|picture|photo)s? (?:you )?(?:upload|provided|supplied|submitted|attached|"
     r"contains?|may contain|input|was flagged|moderation)"),
    r"upload may", r"image_?moderation", r"input_?image", r"\bperson in (?:the|your)", r"image_url",
    r"inpaint",
)  # fmt: skip
OF_PROMPT = (
    r"\bprompt", r"sentinel", r"sensitive[ _]?words?", r"input[ _]?(?:text|moderation)",
    r"your (?:text|description|input)", r"request blocked by gemini", r"prohibited_content",
    r"text[ _]?moderation", r"input_?filter",
)  # fmt: skip
OF_RESULT = (
    r"output[ _]?(?:moderation|filter|video|image|audio|content|blocked|review)",
    r"generated (?:video|image|audio|content|result|clip|output|media|sample)",
    r"moderation_?blocked", r"rai_?media",
    r"(?:video|image|result|output|media) (?:was |were )?filtered",
    (r"(?:result|final video|finished video|completed video|outcome) .{0,30}(?:reject|violat|"
     r"flag|block|review|polic|moderat|remov|withheld)"),
    r"after generation", r"during (?:video )?generation", r"post[ -]?(?:generation|process)",
    r"result[ _]?(?:review|moderation)", r"final review",
    (r"the (?:video|image|result|output|clip) (?:violat|was (?:flagged|rejected|blocked|removed|"
     r"withheld)|did not pass|failed (?:the )?(?:safety|review|moderation|content))"),
)  # fmt: skip
