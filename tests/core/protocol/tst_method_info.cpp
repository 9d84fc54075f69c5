// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/protocol/method_info.h"

#include "tests/support/shared_data.h"

#include <QtTest/QTest>

using namespace bitloom;

namespace {
ParameterInfo parameter(const std::string& name, ParameterType type, nlohmann::json defaultValue)
{
    ParameterInfo info;
    info.name = name;
    info.type = type;
    info.defaultValue = std::move(defaultValue);
    return info;
}

MethodInfo method()
{
    MethodInfo info;
    info.id = "lnq";
    info.parameters = { parameter("cycles", ParameterType::Integer, 4), parameter("damping", ParameterType::Number, "auto"),
        parameter("act_order", ParameterType::Boolean, true), parameter("start", ParameterType::Choice, "kmeans") };
    info.parameters[0].minimum = 1;
    info.parameters[0].maximum = 100;
    info.parameters[1].minimum = 0;
    info.parameters[1].automatic = true;
    info.parameters[3].choices = { "kmeans", "uniform" };
    return info;
}
}

class TestMethodInfo : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultsFillWhatIsNotSet()
    {
        const auto values = resolveParameters(method(), { { "cycles", 7 } });
        BITLOOM_VERIFY(values);
        QVERIFY(*values == nlohmann::json({ { "cycles", 7 }, { "damping", "auto" }, { "act_order", true }, { "start", "kmeans" } }));
    }

    void refusesWhatTheMethodDoesNotAllow_data()
    {
        QTest::addColumn<QString>("overrides");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("unknown name") << R"({"speed": 1})" << "no parameter 'speed'";
        QTest::newRow("below the range") << R"({"cycles": 0})" << "from 1 to 100";
        QTest::newRow("above the range") << R"({"cycles": 101})" << "from 1 to 100";
        QTest::newRow("a fraction for an integer") << R"({"cycles": 1.5})" << "an integer";
        QTest::newRow("auto where it is not allowed") << R"({"cycles": "auto"})" << "an integer";
        QTest::newRow("text for a number") << R"({"damping": "much"})" << "or auto";
        QTest::newRow("number for a boolean") << R"({"act_order": 1})" << "true or false";
        QTest::newRow("no such choice") << R"({"start": "zero"})" << "kmeans, uniform";
        QTest::newRow("not an object") << "[1]" << "expected an object";
    }

    void refusesWhatTheMethodDoesNotAllow()
    {
        QFETCH(QString, overrides);
        QFETCH(QString, mentions);
        const auto values = resolveParameters(method(), nlohmann::json::parse(overrides.toStdString()));
        QVERIFY(!values);
        QCOMPARE(values.error().code, ErrorCode::Usage);
        QVERIFY2(QString::fromStdString(values.error().message).contains(mentions), values.error().message.c_str());
    }

    void readsTextByType()
    {
        const auto info = method();
        QVERIFY(*parseParameterValue(info.parameters[0], "12") == 12);
        QVERIFY(*parseParameterValue(info.parameters[1], "0.25") == 0.25);
        QVERIFY(*parseParameterValue(info.parameters[1], "1e-3") == 1e-3);
        QVERIFY(*parseParameterValue(info.parameters[1], "auto") == "auto");
        QVERIFY(*parseParameterValue(info.parameters[2], "false") == false);
        QVERIFY(*parseParameterValue(info.parameters[3], "uniform") == "uniform");
        QVERIFY(!parseParameterValue(info.parameters[0], "12x"));
        QVERIFY(!parseParameterValue(info.parameters[0], ""));
        QVERIFY(!parseParameterValue(info.parameters[1], "nan"));
        QVERIFY(!parseParameterValue(info.parameters[2], "yes"));
    }
};

QTEST_GUILESS_MAIN(TestMethodInfo)
#include "tst_method_info.moc"
