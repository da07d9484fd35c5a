"""Whether decoded text looks like something that people write: the letters that a language uses every day.

The letters are the most frequent ones of each language; other texts in the language have more of them than
what comes out of its bytes in another encoding.
"""

from dataclasses import dataclass
from unicodedata import category

_SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
    "种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十"
    "民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯"
    "月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女"
    "变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指许统区保至形社便空决治展科五书非听白却"
    "界达光放强即像难且权思完设式色路记品住告类求据程边该交规取格望觉术共确传师清今切院让识候带导运价服质店房评标签负"
    "猫狗鸟鱼花树草车船飞鸡鸭牛羊猪虎兔蛇红黄蓝绿黑常异良缺陷类集图片照声音语"
    "快递客户订单退款答案您请吗呢吧谢早餐净差喜欢推荐包装流货商衣颜买卖便宜错优惠钱酒息支付修改密码账号登录联系址"
)
_TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家"
    "種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十"
    "民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯"
    "月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女"
    "變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統區保至形社便空決治展科五書非聽白卻"
    "界達光放強即像難且權思完設式色路記品住告類求據程邊該交規取格望覺術共確傳師清今切院讓識候帶導運價服質店房評標籤負"
    "貓狗鳥魚花樹草車船飛雞鴨牛羊豬虎兔蛇紅黃藍綠黑常異良缺陷類集圖片照聲音語"
    "快遞客戶訂單退款答案您請嗎呢吧謝早餐淨差喜歡推薦包裝流貨商衣顏買賣便宜錯優惠錢酒息支付修改密碼帳號登錄聯繫址"
)
_KANJI = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入"
    "選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強"
    "気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書"
    "府活原先共得解名交資予川向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品"
    "昨論計死官増係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置企真流格"
    "有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施切由説転食比難防補車優夫研収"
    "断井何南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育席輸訪楽起万着乗店述残想線率病農州武声質念待試族"
    "象銀域助労例衛然早張映限親額監環験追審商葉義伝働形景落欧担好退準賀訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差"
    "良悪部屋狭客返品注文質問答配送届壊思楽美味朝食清潔親切"
)
_HANGUL = (
    "이다는의에을가고하지를로은한도사기서리자시어인나아해대들그정보일으수부라있장주전상제게여만스구오과면었동비성했조원안"
    "것소방계중세없국모신공내위경려생거적우말문무니요습연화진개음분식마미선학출입발합까좋았매별친절호텔직깨끗용실망배송품"
    "가격질추천족빠르와된되할때년더또및저각같관금남년능단당데드또란러레력료름맞많머명목물민바반받번법변본불새속순술스승"
    "실심써악야약양업역영예완외왔운월유육율익임작잘잡재점접종좀죠즈지직집차참처체초최친크타터통트특파편포표프필항행혀형"
    "환회후강광교군권극근급김난날낮너네노높느늘님달답덕독돈두둘뒤득듣등따락람랑략런렇려련령례록론류률린립막맛매멋메며"
    "몇못박밖밤밥백벽병복봉북빛빨삼색석설섬셨손쉬쓰씨아쁜싶어요왜웃작은큰침"
)
_LATIN = {
    "French": "àâæçèéêëîïôœùûüÿ",
    "German": "äöüßé",
    "Spanish": "áéíñóúü¿¡",
    "Portuguese": "àáâãçéêíóôõú",
    "Italian": "àèéìíòóù",
    "Nordic": "åäæöøéüàè",
    "Icelandic": "áæéíðóöúýþ",
    "Dutch": "áèéëíïóöü",
    "Catalan": "àçèéíïòóúü·",
}
_CENTRAL = {
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíľĺňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Romanian": "ăâîşţșț",
    "Croatian": "ćčđšž",
}
_BALTIC = {"Lithuanian": "ąčęėįšųūž", "Latvian": "āčēģīķļņšūž", "Estonian": "äõöüšž"}
_VIETNAMESE = {"Vietnamese": "ăâđêôơưàáãèéìíòóõùúý\u0300\u0301\u0303\u0309\u0323"}
_TURKISH = {"Turkish": "âçğıîöşü"}
# Of each: the letters that make up most of a text, and all letters.
_CYRILLIC = {
    "Russian": ("оеаинтсрвлкмдпу", "абвгдежзийклмнопрстуфхцчшщъыьэюяё"),
    "Ukrainian": ("оанивтрсіелкмду", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    "Bulgarian": ("аоиентрсвлкдмпз", "абвгдежзийклмнопрстуфхцчшщъьюя"),
    "Serbian": ("аоиентрсвдкумјп", "абвгдђежзијклљмнњопрстћуфхцчџш"),
}
_GREEK = {"Greek": ("αοιετσνηυρπκμλςό", "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ")}
_HEBREW = {"Hebrew": ("יולאהרתבשמנח", "אבגדהוזחטיךכלםמןנסעףפץצקרשת")}
_ARABIC = {"Arabic": ("اليمنوترهبعدسةأ", "".join(map(chr, range(0x0621, 0x0653))) + "پچژگکی")}
_THAI = {"Thai": ("านรอกเงมยลวดทสตะปบคห่้ัี็ิไแใ", "".join(map(chr, range(0x0E01, 0x0E5C))))}
_KANA = "".join(map(chr, range(0x3041, 0x3097))) + "".join(map(chr, range(0x30A1, 0x30FB))) + "ー々"
# What stands between words in any language, and says nothing about which it is.
_NEUTRAL = frozenset(
    "“”‘’‚„«»‹›–—…•·°§©®™€£¥±×\u00a0、。，！？：；（）「」『』【】《》〈〉・～　〜％－／＋＆＝①②③④⑤．"
)
_IN_WORDS = frozenset("’‘·–—…•・\u00a0/-")


@dataclass(frozen=True, slots=True)
class Language:
    """`usual`: the share of `letters` in its texts. `alphabet` is all that it has, where that is known."""

    letters: frozenset[str]
    usual: float
    alphabet: frozenset[str] | None


def _accented(letters: dict[str, str]) -> tuple[Language, ...]:
    return tuple(Language(frozenset(every), 1.0, frozenset(every)) for every in letters.values())


def _foreign(alphabets: dict[str, tuple[str, str]]) -> tuple[Language, ...]:
    return tuple(Language(frozenset(most), 0.75, frozenset(every)) for most, every in alphabets.values())


def _ideographic(letters: str, usual: float) -> Language:
    return Language(frozenset(letters), usual, None)


_HANS, _HANT = _ideographic(_SIMPLIFIED, 0.6), _ideographic(_TRADITIONAL, 0.6)
_JAPANESE, _KOREAN = _ideographic(_KANJI + _KANA, 0.75), _ideographic(_HANGUL, 0.6)
_RUSSIAN, _WESTERN = _foreign(_CYRILLIC), _accented(_LATIN)

# Python's codecs, and what is written in them, of each script the most common one first.
LANGUAGES: dict[str, tuple[Language, ...]] = {
    "gb18030": (_HANS, _HANT),
    "cp950": (_HANT,),
    "cp932": (_JAPANESE,),
    "euc_jp": (_JAPANESE,),
    "cp949": (_KOREAN,),
    "johab": (_KOREAN,),
    "iso2022_jp": (_JAPANESE,),
    "iso2022_kr": (_KOREAN,),
    "hz": (_HANS,),
    "cp1252": _WESTERN,
    "cp1250": _accented(_CENTRAL),
    "iso8859_2": _accented(_CENTRAL),
    "cp1254": _accented(_TURKISH),
    "cp1257": _accented(_BALTIC),
    "iso8859_15": _WESTERN,
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp852": _accented(_CENTRAL),
    "cp1251": _RUSSIAN,
    "koi8_u": _RUSSIAN,
    "cp866": _RUSSIAN,
    "iso8859_5": _RUSSIAN,
    "mac_cyrillic": _RUSSIAN,
    "cp1253": _foreign(_GREEK),
    "cp1255": _foreign(_HEBREW),
    "cp1256": _foreign(_ARABIC),
    "cp874": _foreign(_THAI),
    "cp1258": _accented(_VIETNAMESE),
    "iso8859_4": _accented(_BALTIC),
    "iso8859_6": _foreign(_ARABIC),
    "iso8859_7": _foreign(_GREEK),
}
EAST_ASIAN = ("gb18030", "cp950", "cp932", "euc_jp", "cp949", "johab")
SEVEN_BIT = ("iso2022_jp", "iso2022_kr", "hz")


def plausibility(text: str, codec: str) -> float:
    """How much of what is not ASCII one of its languages uses every day: 1 is as in most texts."""
    letters, odd = _judged(text)
    if letters:
        return max(_fit(letters, odd, language) for language in LANGUAGES[codec])
    has_signs_only = codec in ("cp1252", "mac_roman") and not odd and not text.isascii()
    return 1.0 if has_signs_only else 0.0


def _fit(letters: list[str], odd: int, language: Language) -> float:
    every = len(letters) + odd
    usual = sum(letter in language.letters for letter in letters) / (language.usual * every)
    if language.alphabet is not None:
        odd += sum(letter not in language.alphabet for letter in letters)
    return min(1.0, usual) - 2 * odd / every


def _judged(text: str) -> tuple[list[str], int]:
    """Letters that are not ASCII, in lower case, and how many characters stand where nobody writes them."""
    letters: list[str] = []
    odd = 0
    for before, character, after in zip(f" {text}", text, f"{text[1:]} ", strict=False):
        if character <= "\x7f":
            continue
        if character in _NEUTRAL:
            odd += before.isalpha() and after.isalpha() and character not in _IN_WORDS and after < "\u0250"
        elif _is_odd(before, character, after):
            odd += 1
        else:
            letters.append(character.lower())
    return letters, odd


def _is_odd(before: str, character: str, after: str) -> bool:
    """True for a capital within a word, two alphabets in one word, and what is no character."""
    if character in "ºª":
        return not before.isdigit()
    if "\u0250" < character < "\u2e80" and any(c.isascii() and c.isalpha() for c in (before, after)):
        return True
    return (before.islower() and character.isupper()) or category(character) in ("Cc", "Co", "Cn")
