using System.Collections.Frozen;
using System.Text;
using CrmFunctions.Sources.Importing.Notation;

namespace CrmFunctions.Sources.Importing.Mapping;

/// <summary>What a column can be.</summary>
public enum ColumnRole
{
    Customer,
    Email,
    Phone,
    Name,
    Date,
    Amount,
    Order,
    CurrencyColumn,
}

/// <summary>
/// The names by which columns are known, in Chinese and English. Blanks, case, punctuation and a unit in brackets do not matter.
/// </summary>
/// <remarks>
/// Of several columns that could be one thing, the one whose name stands first here is it: what was paid before what was ordered.
/// </remarks>
public static class Headings
{
    private static readonly FrozenDictionary<ColumnRole, string[]> names = new Dictionary<ColumnRole, string>
    {
        [ColumnRole.Customer] = """
            customerid customernumber customerno customercode clientid memberid memberno buyerid userid accountid contactid customer client member buyer user
            客户编号 客户id 客户号 客户代码 客户编码 会员编号 会员id 会员号 会员卡号 顾客编号 顾客id 用户编号 用户id 买家id 客户 会员 顾客
            """,
        [ColumnRole.Email] =
            "email emailaddress customeremail buyeremail billingemail contactemail mail 邮箱 电子邮箱 邮箱地址 电子邮件 客户邮箱 邮件",
        [ColumnRole.Phone] = """
            mobile mobilephone mobilenumber phone phonenumber telephone tel cellphone cell customerphone buyerphone billingphone contactphone
            手机 手机号 手机号码 客户手机 会员手机 联系手机 收货人手机 电话 电话号码 联系电话 联系方式
            """,
        [ColumnRole.Name] =
            "customername clientname membername buyername contactname billingname fullname name 客户姓名 客户名称 会员姓名 顾客姓名 姓名 联系人 收货人 收货人姓名 名称",
        [ColumnRole.Date] = """
            paidat paymentdate paymenttime paiddate orderdate ordertime orderedat purchasedate purchasetime transactiondate transactiontime createdat creationdate date day datetime time timestamp
            付款时间 付款日期 支付时间 支付日期 成交时间 成交日期 交易时间 交易日期 购买时间 购买日期 消费时间 消费日期 下单时间 下单日期 订单时间 订单日期 创建时间 创建日期 日期 时间
            """,
        [ColumnRole.Amount] = """
            amountpaid paidamount paymentamount netamount orderamount ordertotal totalamount totalprice grandtotal amount total sales revenue value sum
            实付金额 实付款 实收金额 支付金额 付款金额 成交金额 交易金额 消费金额 订单金额 应付金额 总金额 总额 总价 合计 金额
            """,
        [ColumnRole.Order] =
            "orderid ordernumber orderno invoicenumber invoiceno transactionid receiptnumber receiptno order invoice receipt 订单号 订单编号 订单id 单号 交易号 流水号 交易流水号 小票号 订单",
        [ColumnRole.CurrencyColumn] = "currency currencycode ordercurrency 币种 货币 币别 货币代码",
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The column of a heading that is known to be something.</summary>
    /// <param name="role">What it should be.</param>
    /// <param name="header">The heading.</param>
    /// <param name="taken">Columns that are something else.</param>
    /// <returns>Null where none is.</returns>
    public static string? Find(ColumnRole role, IReadOnlyList<string> header, IReadOnlySet<string> taken)
    {
        foreach (var name in names[role])
        {
            if (header.FirstOrDefault(column => !taken.Contains(column) && Plain(column) == name) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>
    /// A column's name without what does not matter: <c>Order Date (UTC)</c> is <c>orderdate</c>, <c>金额（元）</c> is <c>金额</c>.
    /// </summary>
    private static string Plain(string column)
    {
        var text = CellText.Narrow(column).Trim();
        if (text.EndsWith(')') && text.LastIndexOf('(') is > 0 and var bracket)
            text = text[..bracket];
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.Where(char.IsLetterOrDigit))
            plain.Append(char.ToLowerInvariant(c));
        return plain.ToString();
    }
}
