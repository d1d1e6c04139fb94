"""Markdown as answers bring it, one sample for each thing that may go wrong while it grows."""

SAMPLES = {
    "plain": "A sentence.\n\nAnother one, with a comma; and more.",
    "line breaks": "one\ntwo\nthree\n\nfour  \nfive",
    "headings": "# One\n\n## Two\n\ntext\n\n### Three\n#### Four\n##### Five\n###### Six\nend",
    "setext": "Title\n=====\n\nUnder\n-----\n\ntext after",
    "emphasis": "This is **bold**, *slanted*, ***both***, ~~gone~~ and __more__ _yes_.",
    "emphasis nested": "**bold with *slanted* inside** and *slanted with **bold** inside*.",
    "stars that are not": "2 * 3 * 4 and a*b and snake_case_name, 5 ** 6, * alone",
    "bullets": "Before:\n- one\n- two with **bold**\n- three `code`\n\nafter",
    "stars as bullets": "* one\n* two\n* three",
    "nested lists": "1. one\n   - a\n   - b\n     - deep\n2. two\n\n   a paragraph inside\n3. three\n\nend",
    "loose list": "- one\n\n- two\n\n- three",
    "numbers": "2024 was a year.\n1984 too.\n\n3. three\n4. four",
    "tasks": "- [ ] milk\n- [x] bread\n- [ ] **eggs**",
    "table": "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | **4** |\n\nafter it",
    "table aligned": "Text before\n\n| left | mid | right |\n|:-----|:---:|------:|\n| x | y | z |\n",
    "table without edges": "a | b\n--- | ---\n1 | 2\n3 | 4\n\ndone and some more words",
    "pipes that are no table": "| this is only a line that begins with a pipe\nand goes on",
    "code": "See:\n\n```python\ndef f(x):\n    return x ** 2  # ``` no\n```\n\nand `inline` too",
    "code with tildes": "~~~js\nconst a = `b`;\n~~~\nend",
    "code in a list": "1. first\n   ```sh\n   ls -la\n   ```\n2. second",
    "code with carriage returns": "```python\r\nx = 1\r\n```\r\nand after\r\n",
    "code without a line": "```python\n```\nthen ````md\n\n````md\n```\nin it\n```\n````\n*so*",
    "code after code": "```js\nlet a = 1;\n```\n```py\nb = 2\n```\n~~~\nplain\n~~~\nend",
    "code unclosed": "Begin\n\n```python\nprint(1)\nprint(2)",
    "code of unknown language": "```brainfuck2\n+++[>+<-]\n```\n",
    "indented code": "text\n\n    four spaces\n    again\n\nend",
    "double ticks": "A ``code with ` tick`` and `more`.",
    "mermaid": "```mermaid\ngraph TD\nA-->B\n```\n",
    "quotes": "> said\n> **more**\n>\n> - item\n\nnot quoted\n\n> > deep",
    "rule": "above\n\n---\n\nbelow\n\n***\n\nend",
    "links": "See [the page](https://example.com/a_(b)) and <https://example.org/x> and https://example.net/y?z=1&q=2 end.",
    "links odd": "[script](javascript:alert(1)) [data](data:text/html,x) [file](file:///etc/passwd) [rel](/x) [mail](mailto:a@example.com)",
    "link with title": 'A [titled](https://example.com "with a title") link.',
    "reference": "Read [this][a] and [that][].\n\n[a]: https://example.com/a\n[that]: https://example.com/b\n\nEnd.",
    "brackets": "An array a[0] and [not a link] and (round) [1], [2]: see [3].",
    "picture outside": "Look: ![a cat](https://pictures.example/cat.png) and more.",
    "picture inside": "Dot ![dot](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==) end.",
    "html": "<b>not bold</b> <script>window.hurt = 1</script> <img src=x onerror='window.hurt=1'> a < b > c &amp; &lt;i&gt; AT&T",
    "entities": "&copy; 2026 &nbsp; &mdash; &#x41; R&D",
    "inline formula": "Mass $E = mc^2$ and \\(a_1 + b\\) with text after.",
    "display formula": "Before\n\n$$\n\\int_0^1 x^2 \\, dx = \\frac{1}{3}\n$$\n\nbetween \\[ x = y \\] and\n\n\\[\n\\sum_{i=1}^n i\n\\]\n\nend",
    "money": "It costs $5 and $6, or US$7; 10$ to 20$ is fine, and $100.",
    "formula in a list": "- first: $x^2$\n- second: $$y_1$$\n- third",
    "chinese": "你好，**世界**！这是*斜体*和**“引用”**的测试。\n\n- 第一\n- 第二：`代码`\n\n1. 一\n2. 二",
    "chinese table": "| 名称 | 值 |\n| --- | --- |\n| 温度 | 二十度 |\n| 湿度 | **百分之五十** |\n",
    "right to left": "שלום **עולם** and english.\n\nمرحبا بالعالم `code` 123\n\n- عنصر\n- آخر",
    "emoji": "Done ✅ 👩‍👩‍👧‍👦 and 🇩🇪 flags 👍🏽.\n\n- 🎬 film",
    "escapes": "\\*not slanted\\* \\# no heading \\[no link\\](x) and a backslash \\\\ end",
    "long line": "word" * 400 + " end",
    "long list": "Before\n\n"
    + "".join(f"- item **{n}** and `code`\n" for n in range(40))
    + "\nafter the list",
    "long list that turns loose": "".join(f"{n}. item\n" for n in range(3, 30))
    + "\n30. loose\n31. end\n\n    inside\n",
    "long loose list": "".join(f"* item {n}\n\n" for n in range(30)) + "# Head\n\ntext",
    "long nested list": "".join(
        f"- outer {n}\n  - inner\n    more\n\n    para\n" for n in range(15)
    )
    + "text\n\n- - -\n\nend",
    "long list of another mark": "".join(f"- a {n}\n" for n in range(20))
    + "".join(f"* b {n}\n" for n in range(20))
    + "1) x\n",
    "long table": "| k | v |\n|:--|--:|\n"
    + "".join(f"| {n} | **v{n}** |\n" for n in range(40))
    + "\nafter | it",
    "long list and code": "".join(f"- a {n}\n" for n in range(20)) + "\n```py\nx = 1\n```\n\nend",
    "stars in a row": "*a " * 40 + "end",
    "mixed": "## Plan\n\nFirst, **do** this:\n\n1. Open `a.py`\n2. Write:\n\n```python\nx = 1\n```\n\n| k | v |\n|---|---|\n| a | $x$ |\n\n> Note: see [docs](https://example.com).\n\nEnd.",
}
