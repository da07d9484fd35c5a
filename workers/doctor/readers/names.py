"""What people call the columns that hold each role. Case, spaces, underscores and hyphens do not matter."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

Names = tuple[str, ...]


def _any_of(names: str) -> Names:
    """The first of them that a file has is taken."""
    return tuple(names.split())


TEXT = _any_of(
    "text sentence utterance content review comment body message document headline tweet query question "
    "title passage description 文本 内容 正文 句子 评论 语句 标题 描述 问题 文章 话语"
)
LABEL = _any_of(
    "label intent category class target sentiment final_decision label_text labels topic tag type emotion "
    "polarity gold_label 标签 类别 分类 意图 情感 类型 标注 情绪 主题 "
    "正负面 正负 好评 好坏 倾向 情感倾向 情感极性 极性 态度 等级 标记 栏目 频道 领域"
)
VALUE = _any_of("value score target rating stars y 数值 值 分数 得分 评分 目标值")
TITLE = _any_of("title original_title name heading headline 标题 题目 名称 书名")
BODY = _any_of(
    "text content body document article passage abstract summary description paragraph plot overview "
    "authors author 文本 内容 正文 文章 段落 摘要 描述 简介 作者"
)
PROMPT = _any_of(
    "prompt question instruction query input user problem ask request "
    "问题 提问 指令 提示 提示词 输入 问 用户 题目"
)
RESPONSE = _any_of(
    "completion response answer output assistant reply solution target 回答 答案 回复 输出 答 答复 解答 助手"
)
SYSTEM = _any_of("system system_prompt 系统 系统提示 系统提示词")
CONTEXT = _any_of("context contexts passage background reference 上下文 背景 材料 参考资料 段落")
HISTORY = _any_of("history chat_history conversation_history dialog_history 历史 历史对话 对话历史")
TOOLS = _any_of("tools functions 工具")
CHOSEN = _any_of("chosen preferred preferred_output accepted win better 优选 更好 偏好回答")
REJECTED = _any_of("rejected non_preferred non_preferred_output lose worse 拒绝 更差 非偏好回答")
SCORE = _any_of("score rating grade reward quality mark points 分数 得分 评分 打分 成绩")
TOKENS = _any_of("tokens words token 词 分词 字")
TAGS = _any_of("ner_tags labels tags pos_tags bio bio_tags 标签 实体标签 标注")
ENTITIES = _any_of("decisions entities entity_labels aspects spans 实体 实体标签 方面")
ANCHOR = _any_of(
    "anchor query sentence1 question sent1 text1 text_a premise source q 查询 句子1 文本1 问题 问句"
)
POSITIVE = _any_of(
    "positive pos sentence2 context passage document sent2 text2 text_b hypothesis relevant doc "
    "正例 句子2 文本2 段落 上下文 相关文档"
)
NEGATIVE = _any_of("negative neg hard_negative 负例 反例")
SIMILARITY = _any_of("score similarity label similarity_score relatedness 分数 相似度 得分")
USER = _any_of(
    "user user_id uid customer customer_id visitor_id reviewer_id session session_id member_id "
    "用户 用户id 用户编号 客户 会员"
)
ITEM = _any_of(
    "item item_id iid product product_id movie movie_id book_id song_id article_id asin sku video_id news_id "
    "物品 物品id 物品编号 商品 商品id 商品编号 电影 产品"
)
RATING = _any_of("rating score stars preference weight clicks 评分 打分 得分 分数 星级")
TIMESTAMP = _any_of(
    "timestamp time datetime date ts ds created_at event_time unix_time 时间 时间戳 日期 发生时间"
)
MEASURE = _any_of(
    "value y count volume close price amount sales demand load temperature 数值 值 数量 销量 价格 金额 收盘价"
)
FILE = _any_of(
    "file_name filename file path image image_path img audio audio_path wav clip "
    "文件名 文件 图片 图像 音频 路径"
)
# Of the names above, those that are classes of texts as well.
OFTEN_VALUES = _any_of(
    "question title topic type emotion comment review tweet message 问题 标题 主题 评论 题目 类型"
)
_KEYS = _any_of("id idx index key row no nr uuid guid 编号 序号 行号 索引")
_KEY_END = re.compile(
    r"(?:^|[\W_])(?i:id|ids|idx|index|key|uuid|guid)$|[a-z](?:Id|ID)$|(?:编号|序号|号码)$|^Unnamed: \d+$"
)
_LABEL_WORD = re.compile(
    r"(?:^|[\W_])(?:label|class|category|intent|sentiment|emotion|polarity|topic|tag)s?(?:$|[\W_])"
    r"|(?:标签|类别|分类|类型|意图|情感|情绪|极性|倾向|正负面?|主题|标注)"
)


def fold(name: str) -> str:
    """One spelling of a column's name."""
    seen = (character for character in unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in seen if c not in " _-" and unicodedata.category(c) != "Cf")


def is_key(name: str) -> bool:
    """True for what tells rows, people or things apart, and teaches nothing: an id or a row's number."""
    known = fold(name)
    return known in _FOLDED_KEYS or _KEY_END.search(unicodedata.normalize("NFKC", name).strip()) is not None


def called_label(columns: Iterable[str]) -> Iterator[str]:
    """The columns that are called a label: by a known name, best known first; then those with such a word."""
    every = list(columns)
    known = dict.fromkeys(named(every, LABEL))
    yield from known
    words = ((name, _CAMEL.sub("_", name).casefold()) for name in every if name not in known)
    yield from (name for name, word in words if _LABEL_WORD.search(word) and not is_key(name))


def named(columns: Iterable[str], known: Names) -> Iterator[str]:
    """The columns with one of these names, as the file spells them, best known first."""
    by_name = {fold(column): column for column in reversed(list(columns))}
    return (by_name[key] for name in known if (key := fold(name)) in by_name)


def first_named(columns: Iterable[str], known: Names) -> str | None:
    return next(named(columns, known), None)


def is_known(name: str) -> bool:
    return fold(name) in _FOLDED


_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FOLDED_KEYS = frozenset(fold(name) for name in (*_KEYS, *USER, *ITEM))
_FOLDED = frozenset(
    fold(name)
    for names in (
        *(
            TEXT,
            LABEL,
            VALUE,
            TITLE,
            BODY,
            PROMPT,
            RESPONSE,
            SYSTEM,
            CONTEXT,
            CHOSEN,
            REJECTED,
            SCORE,
            TOKENS,
            TAGS,
        ),
        *(
            ENTITIES,
            ANCHOR,
            POSITIVE,
            NEGATIVE,
            SIMILARITY,
            USER,
            ITEM,
            RATING,
            TIMESTAMP,
            MEASURE,
            FILE,
            _KEYS,
        ),
    )
    for name in names
)
